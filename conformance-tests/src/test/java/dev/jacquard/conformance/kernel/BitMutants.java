package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.BackendCapabilities;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Right numbers with other bits, and rows that leak: KRN-2, KRN-9, KRN-10, KRN-16, KRN-17, KRN-20, KRN-21.
final class BitMutants {
  private BitMutants() {}

  static List<Mutant<BackendUnderTest>> all() {
    return List.of(
        new Mutant<>(
            Rule.KRN_2, "adds in tiles of four rows", c -> new WholeTiles(), "and wrote row"),
        new Mutant<>(
            Rule.KRN_2, "embeds a row too many", c -> new RowTooMany(), "embed was asked for"),
        new Mutant<>(
            Rule.KRN_2, "gathers a row for each token", c -> new GathersTokens(), "gatherRows"),
        new Mutant<>(
            Rule.KRN_2, "stores past the end of a view's rows", c -> new WideStores(), "column"),
        new Mutant<>(
            Rule.KRN_9, "sums in the order threads arrive", c -> new Wavering(), "once more"),
        new Mutant<>(
            Rule.KRN_9, "starts each backend with another seed", new OwnSeeds(), "second backend"),
        new Mutant<>(
            Rule.KRN_10,
            "sums backwards in batches above four",
            c -> new BackwardsInBatches(),
            "of 7"),
        new Mutant<>(
            Rule.KRN_10,
            "has another kernel for a single token",
            c -> new DecodeKernel(),
            "chunks of"),
        new Mutant<>(
            Rule.KRN_10,
            "sums by thread",
            c -> c.threads() > 1 ? new BackwardsInBatches() : new Plain(),
            "threads"),
        new Mutant<>(
            Rule.KRN_10, "begins tiles of keys at blocks", c -> new BlockTiles(), "blocks of"),
        new Mutant<>(
            Rule.KRN_10, "masks neighbours by zero", c -> new MasksByZero(), "rows of NaN"),
        new Mutant<>(
            Rule.KRN_10,
            "multiplies unwritten slots by zero",
            c -> new ReadsStale(),
            "left full of"),
        new Mutant<>(
            Rule.KRN_10,
            "splits keys by the longest row",
            c -> new SplitsByLongest(),
            "in a step of rows"),
        new Mutant<>(
            Rule.KRN_16,
            "rounds otherwise when it fuses the norm",
            c -> new FusedNorm(),
            "addRmsNorm"),
        new Mutant<>(
            Rule.KRN_16,
            "stores keys before it turns them",
            c -> new StoresUnturned(),
            "the KV cache"),
        new Mutant<>(
            Rule.KRN_17,
            "replays nothing at all",
            c -> new ReplaysNothing(),
            "begin answered true"),
        new Mutant<>(
            Rule.KRN_17,
            "replays with the inputs it recorded",
            c -> new ReplaysOld(),
            "begin answered true"),
        new Mutant<>(Rule.KRN_20, "says nothing of its sums", c -> new Silent(""), "in prose"),
        new Mutant<>(Rule.KRN_20, "waves it away", c -> new Silent("see source"), "in prose"),
        new Mutant<>(
            Rule.KRN_21, "is fast unless told otherwise", c -> new FastByDefault(), "fast mode"));
  }

  private static final class Plain extends Broken {}

  private static final class WholeTiles extends Broken {
    @Override
    public void add(Tensor target, Tensor x, int rows) {
      int tile = (rows + 3) / 4 * 4;
      super.add(target, x, Math.min(tile, Math.min(target.rows(), x.rows())));
    }
  }

  private static final class RowTooMany extends Broken {
    @Override
    public void embed(Tensor out, Tensor table, StepInputs in) {
      super.embed(out, table, in);
      int rows = Math.min(out.rows(), in.tokens() + 1);
      float[][] all = get(out, rows);
      if (rows > in.tokens()) {
        all[rows - 1] = new float[out.width()];
      }
      set(out, all);
    }
  }

  private static final class GathersTokens extends Broken {
    @Override
    public void gatherRows(Tensor out, Tensor x, StepInputs in) {
      if (out.rows() >= in.tokens()) {
        set(out, get(x, in.tokens()));
      }
      super.gatherRows(out, x, in);
    }
  }

  /// Knows the base of each view, and spoils the element behind each row of it.
  private static final class WideStores extends Broken {
    private record View(Tensor view, Tensor base, int behind) {}

    private final List<View> views = new ArrayList<>();

    @Override
    public Tensor columns(Tensor base, int from, int width) {
      Tensor view = super.columns(base, from, width);
      views.add(new View(view, base, from + width));
      return view;
    }

    @Override
    public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {
      super.siluMultiply(out, gate, up, rows);
      for (View each : views) {
        if (each.view().equals(out) && rows > 0) {
          float[][] all = get(each.base(), rows);
          all[0][each.behind()] = 0;
          set(each.base(), all);
        }
      }
    }
  }

  private static final class Wavering extends Broken {
    private int calls;

    @Override
    public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
      super.matmul(out, x, weight, rows);
      if (calls++ % 2 == 1) {
        nudge(out, rows);
      }
    }
  }

  /// Every second backend it makes rounds otherwise.
  private static final class OwnSeeds implements BackendUnderTest {
    private int made;

    @Override
    public KernelBackend create(KernelContext context) {
      return made++ % 2 == 0 ? new Plain() : new OtherSeed();
    }
  }

  private static final class OtherSeed extends Broken {
    @Override
    public void add(Tensor target, Tensor x, int rows) {
      super.add(target, x, rows);
      nudge(target, rows);
    }
  }

  /// Many rows are a panel, whose sums run the other way.
  private static final class BackwardsInBatches extends Broken {
    @Override
    public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
      super.matmul(out, x, weight, rows);
      if (rows > 4) {
        nudge(out, rows);
      }
    }
  }

  private static final class DecodeKernel extends Broken {
    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      super.attention(out, q, kv, layer, in, params);
      if (in.tokens() == in.rows()) {
        nudge(out, in.tokens());
      }
    }
  }

  private static final class BlockTiles extends Broken {
    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      super.attention(out, q, kv, layer, in, params);
      if (64 % kv.layout().blockSize() != 0) {
        nudge(out, in.tokens());
      }
    }
  }

  private static final class MasksByZero extends Broken {
    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon, int rows) {
      float[][] values = get(x, rows);
      super.rmsNorm(out, x, weight, epsilon, rows);
      float[][] normed = get(out, rows);
      for (int r = 1; r < rows; r++) {
        for (int i = 0; i < normed[r].length; i++) {
          normed[r][i] += 0 * values[r - 1][i];
        }
      }
      set(out, normed);
    }
  }

  /// Attention over whole blocks: what lies behind the last position weighs zero, and is multiplied.
  private static final class ReadsStale extends Broken {
    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      super.attention(out, q, kv, layer, in, params);
      float[][] answers = get(out, in.tokens());
      int size = kv.layout().blockSize();
      NaiveKernelKv cache = (NaiveKernelKv) kv;
      for (int row = 0; row < in.rows(); row++) {
        for (int t = in.queryStart(row); t < in.queryStart(row + 1); t++) {
          int index = in.position(t) / size;
          int block = in.block(in.sequence(row), index);
          for (int p = in.position(t) + 1; p < (index + 1) * size; p++) {
            answers[t][0] += 0 * cache.value(layer, block * size + p % size, 0);
          }
        }
      }
      set(out, answers);
    }
  }

  private static final class SplitsByLongest extends Broken {
    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      super.attention(out, q, kv, layer, in, params);
      int longest = 0;
      for (int row = 0; row < in.rows(); row++) {
        longest = Math.max(longest, in.length(row));
      }
      if (in.rows() > 1 && longest > 64) {
        nudge(out, in.tokens());
      }
    }
  }

  private static final class FusedNorm extends Broken {
    @Override
    public void addRmsNorm(
        Tensor out, Tensor target, Tensor x, Tensor weight, float epsilon, int rows) {
      super.addRmsNorm(out, target, x, weight, epsilon, rows);
      nudge(out, rows);
    }
  }

  private static final class StoresUnturned extends Broken {
    @Override
    public void ropeWriteKv(
        Tensor q, Tensor k, Tensor v, KvCache kv, int layer, StepInputs in, RopeParams params) {
      writeKv(kv, layer, k, v, in);
      rope(q, k, in, params);
    }
  }

  /// Takes an equal number of tokens for an equal step, and has nothing to replay.
  private static final class ReplaysNothing extends Broken {
    private int recorded = -1;

    @Override
    public boolean begin(StepInputs in) {
      boolean same = in.tokens() == recorded;
      recorded = in.tokens();
      return same;
    }
  }

  /// Records a step's operations with a copy of its inputs, and replays them with that copy.
  private static final class ReplaysOld extends Broken {
    private final List<Runnable> operations = new ArrayList<>();
    private @Nullable StepInputs inputs;
    private boolean recording;

    @Override
    public boolean begin(StepInputs in) {
      if (inputs != null && inputs.tokens() == in.tokens()) {
        operations.forEach(Runnable::run);
        return true;
      }
      if (inputs == null) {
        inputs = bent(in, new Bend() {});
        recording = true;
      }
      return false;
    }

    @Override
    public void end(StepInputs in) {
      recording = false;
    }

    @Override
    public void embed(Tensor out, Tensor table, StepInputs in) {
      super.embed(out, table, in);
      StepInputs kept = inputs;
      if (recording && kept != null) {
        operations.add(() -> super.embed(out, table, kept));
      }
    }

    @Override
    public void gatherRows(Tensor out, Tensor x, StepInputs in) {
      super.gatherRows(out, x, in);
      StepInputs kept = inputs;
      if (recording && kept != null) {
        operations.add(() -> super.gatherRows(out, x, kept));
      }
    }
  }

  private static final class Silent extends Broken {
    private final String text;

    Silent(String text) {
      this.text = text;
    }

    @Override
    public String orderOfSums() {
      return text;
    }
  }

  private static final class FastByDefault extends Broken {
    @Override
    public BackendCapabilities capabilities() {
      BackendCapabilities c = super.capabilities();
      return new BackendCapabilities(
          c.device(), c.operations(), c.weightTypes(), c.kvTypes(), true, false, c.tolerance());
    }
  }
}
