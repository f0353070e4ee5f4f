package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/// Inputs that a device reads late: KRN-18. The kit's backend remembers what each step's inputs said when they
/// were handed over, and compares when it is waited for.
final class StagingChecks {
  private static final String NAME = "kit-late";

  private StagingChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_18,
            "inputs and block tables stay as they are until the backend was waited for",
            (host, trial) -> watch(host, trial, 0),
            "one StepInputs for two steps in flight",
            "block tables shared by steps in flight",
            "a step without outputs is not waited for"),
        Check.of(
            Rule.KRN_18,
            "inputs of a step that failed stay as they are until the backend was waited for",
            (host, trial) -> watch(host, trial, 4),
            "a failed step is not waited for before the next is written"));
  }

  private static void watch(HostUnderTest host, Trial trial, int failing) {
    for (int steps = 1; steps <= 2; steps++) {
      for (int at = 2; at < 2 + trial.rounds(3, 12); at++) {
        Complaints complaints = new Complaints();
        int failsAt = failing == 0 ? Integer.MAX_VALUE : at * failing;
        List<Late> made = new ArrayList<>();
        KitPlugin plugin =
            new KitPlugin("kit")
                .backend(
                    KitBackends.of(
                        NAME,
                        () -> {
                          Late late = new Late(complaints, failsAt);
                          made.add(late);
                          return late;
                        }));
        HostSetup setup =
            HostSetup.SMALL.blocks(12, 0).running(3, steps).with(plugin).naming(null, null, NAME);
        Scene.serve(host, setup, Scene.crowd(trial.random(at), 8));
        complaints.requireNone(
            "serving 8 requests with "
                + steps
                + " steps in flight"
                + (failing == 0 ? "" : ", operation " + failsAt + " of the step inputs failed"));
        Scene.require(
            made.size() == 1 && made.getFirst().operations > 0,
            "the selected backend was made " + made.size() + " times and given no step");
      }
    }
  }

  /// A backend whose device reads as late as it may.
  private static final class Late extends IdleBackend {
    private final Complaints complaints;
    private final int failsAt;
    private final IdentityHashMap<StepInputs, int[][]> pending = new IdentityHashMap<>();
    private int operations;

    Late(Complaints complaints, int failsAt) {
      this.complaints = complaints;
      this.failsAt = failsAt;
    }

    /// An operation is enqueued that will read `in`.
    private void enqueued(StepInputs in) {
      compare("when the next operation was enqueued");
      pending.putIfAbsent(in, columns(in));
      if (++operations == failsAt) {
        // the step may be tried again with the same inputs; marked ones show that they were written
        in.positions().asSlice(0, 4L * in.tokens()).fill((byte) -1);
        pending.put(in, columns(in));
        throw new BackendException(
            KitCode.BROKEN,
            BackendException.Severity.STEP_FAILED,
            "the kit's backend fails as it was told",
            null);
      }
    }

    private void waited() {
      compare("when the backend was waited for");
      pending.clear();
    }

    private void compare(String when) {
      pending.forEach((in, before) -> {
        int[][] now = columns(in);
        for (int i = 0; i < NAMES.size(); i++) {
          if (!Arrays.equals(before[i], now[i])) {
            complaints.add(
                NAMES.get(i)
                    + " of a step that was enqueued had changed "
                    + when
                    + ", before anybody had waited for it");
            return;
          }
        }
      });
    }

    private static final List<String> NAMES =
        List.of(
            "token ids",
            "positions",
            "slots",
            "query starts",
            "sequences",
            "lengths",
            "outputs",
            "block tables");

    private static int[][] columns(StepInputs in) {
      return new int[][] {
        ints(in.tokenIds(), in.tokens()),
        ints(in.positions(), in.tokens()),
        ints(in.slots(), in.tokens()),
        ints(in.queryStarts(), in.rows() + 1),
        ints(in.sequences(), in.rows()),
        ints(in.lengths(), in.rows()),
        ints(in.outputTokens(), in.outputs()),
        tables(in)
      };
    }

    private static int[] ints(MemorySegment column, int count) {
      return column.asSlice(0, 4L * count).toArray(ValueLayout.JAVA_INT);
    }

    /// The entries that the step's rows reach.
    private static int[] tables(StepInputs in) {
      List<Integer> entries = new ArrayList<>();
      for (int row = 0; row < in.rows(); row++) {
        int blocks = Math.ceilDiv(in.length(row), in.shape().blockSize());
        for (int i = 0; i < blocks; i++) {
          entries.add(in.block(in.sequence(row), i));
        }
      }
      return entries.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public boolean begin(StepInputs in) {
      enqueued(in);
      return false;
    }

    @Override
    public void embed(Tensor out, Tensor table, StepInputs in) {
      enqueued(in);
    }

    @Override
    public void rope(Tensor q, Tensor k, StepInputs in, RopeParams params) {
      enqueued(in);
    }

    @Override
    public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
      enqueued(in);
    }

    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      enqueued(in);
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, StepInputs in) {
      enqueued(in);
    }

    @Override
    public void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into) {
      waited();
      super.downloadRows(from, firstRow, rows, into);
    }

    @Override
    public void synchronize() {
      waited();
    }
  }
}
