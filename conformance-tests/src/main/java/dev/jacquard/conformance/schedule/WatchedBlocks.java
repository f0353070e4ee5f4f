package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_12;
import static dev.jacquard.conformance.Rule.SCH_14;
import static dev.jacquard.conformance.Rule.SCH_15;
import static dev.jacquard.conformance.Rule.SCH_16;
import static dev.jacquard.conformance.Rule.SCH_18;
import static dev.jacquard.conformance.Rule.SCH_6;
import static dev.jacquard.conformance.Rule.SCH_7;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.schedule.Stage.Call;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PreemptionMode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// The manager that a scheduler under test is given: a right one, behind somebody who looks at who
/// calls which mutator, when, and with which claim.
final class WatchedBlocks implements BlockSpaceManager {
  private final BlockSpaceManager inner;
  private final Stage stage;
  private final Ghost ghost;
  private final Ruling ruling;
  private final PreemptionMode preemption;

  /// Sequences that have a table, on the device or swapped out.
  final Set<Integer> inside = new HashSet<>();

  /// Of those, the ones that are swapped out.
  final Set<Integer> swapped = new HashSet<>();

  /// In this plan: calls of `planning`, who was admitted or swapped in, who gave blocks up.
  int plannings;

  final Set<Integer> admitted = new HashSet<>();
  final Set<Integer> gaveUp = new HashSet<>();
  private final Set<Integer> swapAsked = new HashSet<>();
  private final Set<Integer> cameBack = new HashSet<>();

  /// In this plan: whose swap was refused.
  final Set<Integer> swapRefused = new HashSet<>();

  /// In this completion: up to where each sequence was committed.
  final Map<Integer, Integer> commits = new HashMap<>();

  /// Calls of mutators and queries so far.
  long calls;

  WatchedBlocks(
      BlockSpaceManager inner, Stage stage, Ghost ghost, Ruling ruling, PreemptionMode preemption) {
    this.inner = inner;
    this.stage = stage;
    this.ghost = ghost;
    this.ruling = ruling;
    this.preemption = preemption;
  }

  /// A call into the scheduler begins.
  void begin() {
    plannings = 0;
    admitted.clear();
    gaveUp.clear();
    swapAsked.clear();
    cameBack.clear();
    swapRefused.clear();
    commits.clear();
  }

  /// The manager itself, for what is the engine's.
  BlockSpaceManager inner() {
    return inner;
  }

  /// The blocks of a sequence.
  int[] table(int sequence) {
    int entries = inner.tableLength(sequence);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, entries));
      inner.copyTable(sequence, 0, entries, into, 0);
      return Arrays.copyOf(into.toArray(ValueLayout.JAVA_INT), entries);
    }
  }

  private String named(int id) {
    DrivenSequence sequence = stage.sequence(id);
    return sequence == null ? "id " + id : sequence.toString();
  }

  /// Runs a mutator. What the manager refuses because it breaks the protocol is `blame`'s business.
  private <T> T mutate(String what, Rule blame, Supplier<T> call) {
    calls++;
    if (stage.call == Call.NONE || Thread.currentThread() != stage.thread) {
      ruling.stop(
          what
              + " was called "
              + (stage.call == Call.NONE
                  ? "outside the scheduler's methods"
                  : "on thread " + Thread.currentThread().getName()),
          SCH_18);
    }
    if (stage.call == Call.PLAN && plannings == 0 && !what.equals("planning")) {
      ruling.complain(SCH_18, what + " came before `planning` in a plan");
    }
    try {
      T answer = call.get();
      ruling.note("    " + what + (answer instanceof Reservation ? " = " + answer : ""));
      return answer;
    } catch (IllegalStateException e) {
      ruling.stop(what + " breaks the manager's protocol: " + e.getMessage(), blame);
      throw e;
    }
  }

  private void mutate(String what, Rule blame, Runnable call) {
    mutate(
        what,
        blame,
        () -> {
          call.run();
          return "";
        });
  }

  @Override
  public Reservation admit(SequenceView sequence, int tokens, boolean othersRunning) {
    int id = sequence.id();
    Reservation answer =
        mutate(
            "admit(" + named(id) + ", " + tokens + ", " + othersRunning + ")",
            SCH_18,
            () -> inner.admit(sequence, tokens, othersRunning));
    if (answer == Reservation.GRANTED) {
      inside.add(id);
      admitted.add(id);
    }
    return answer;
  }

  @Override
  public Reservation reserve(int sequence, int tokens) {
    return mutate(
        "reserve(" + named(sequence) + ", " + tokens + ")",
        SCH_18,
        () -> inner.reserve(sequence, tokens));
  }

  @Override
  public void commit(int sequence, int tokens) {
    String what = "commit(" + named(sequence) + ", " + tokens + ")";
    DrivenSequence of = stage.sequence(sequence);
    if (stage.call != Call.COMPLETE && !(stage.call == Call.PLAN && cameBack.contains(sequence))) {
      ruling.complain(SCH_18, what + " came inside " + stage.call + ", not inside COMPLETE");
    }
    if (stage.completing != null && stage.completing.failed()) {
      ruling.stop(what + " came at the completion of a failed step", SCH_12);
    }
    // what comes back from the host tier is there when the copies of this plan were made: who reads
    // it, looks ([PlanAudit#requireRead])
    boolean late = stage.call == Call.PLAN && cameBack.contains(sequence);
    if (of != null && !late && inside.contains(sequence) && !swapped.contains(sequence)) {
      int row = stage.row(of);
      if (of.ended && row >= 0 && stage.completing != null && of.endedBefore(stage.completing)) {
        ruling.complain(SCH_14, what + " is of a row that was planned before its end was known");
      }
      int from = inner.computedTokens(sequence);
      int reserved = inner.tableLength(sequence) * inner.blockSize();
      int missing =
          tokens > of.length() || tokens > reserved
              ? Math.min(of.length(), reserved)
              : ghost.firstMissing(table(sequence), of, from, tokens);
      if (missing >= 0) {
        ruling.stop(
            what + ": nobody computed the KV of position " + missing + " in its blocks", SCH_14);
      }
    }
    mutate(what, SCH_14, () -> inner.commit(sequence, tokens));
    commits.put(sequence, tokens);
  }

  @Override
  public void truncate(int sequence, int tokens) {
    String what = "truncate(" + named(sequence) + ", " + tokens + ")";
    if (stage.call != Call.COMPLETE) {
      ruling.complain(SCH_18, what + " came inside " + stage.call + ", not inside COMPLETE");
    }
    mutate(what, SCH_18, () -> inner.truncate(sequence, tokens));
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    mutate(
        "fork(" + named(parent.id()) + ", " + named(child.id()) + ")",
        SCH_15,
        () -> inner.fork(parent, child));
    inside.add(child.id());
    admitted.add(child.id());
  }

  @Override
  public Reservation swapOut(int sequence) {
    if (preemption == PreemptionMode.RECOMPUTE) {
      ruling.complain(
          SCH_6, "swapOut(" + named(sequence) + ") although the context says RECOMPUTE");
    }
    swapAsked.add(sequence);
    Reservation answer =
        mutate("swapOut(" + named(sequence) + ")", SCH_18, () -> inner.swapOut(sequence));
    if (answer == Reservation.GRANTED) {
      swapped.add(sequence);
      left(sequence);
    } else {
      swapRefused.add(sequence);
    }
    return answer;
  }

  /// A sequence's device blocks are gone; it is to go on later.
  private void left(int sequence) {
    gaveUp.add(sequence);
    DrivenSequence of = stage.sequence(sequence);
    if (of != null) {
      of.next = -1;
      of.resuming = true;
      of.idleSteps = 0;
    }
  }

  @Override
  public Reservation swapIn(int sequence, boolean othersRunning) {
    Reservation answer =
        mutate(
            "swapIn(" + named(sequence) + ", " + othersRunning + ")",
            SCH_18,
            () -> inner.swapIn(sequence, othersRunning));
    if (answer == Reservation.GRANTED) {
      swapped.remove(sequence);
      admitted.add(sequence);
      cameBack.add(sequence);
    }
    return answer;
  }

  @Override
  public void release(int sequence, ReleaseReason reason) {
    DrivenSequence of = stage.sequence(sequence);
    String what = "release(" + named(sequence) + ", " + reason + ")";
    if (of != null && inside.contains(sequence) && stage.call != Call.CLOSE) {
      if (reason == ReleaseReason.PREEMPTED && !of.ended) {
        if (preemption == PreemptionMode.SWAP && !swapAsked.contains(sequence)) {
          ruling.complain(SCH_6, what + " without trying swapOut, as the context says, first");
        }
      } else {
        requireEnd(of, what);
      }
    }
    mutate(what, SCH_7, () -> inner.release(sequence, reason));
    inside.remove(sequence);
    swapped.remove(sequence);
    if (of != null && !of.ended) {
      of.tenure++;
      of.toldTo = 0;
      left(sequence);
    }
  }

  private void requireEnd(DrivenSequence of, String what) {
    if (!of.ended) {
      ruling.stop(what + ", but it has neither ended nor been preempted", SCH_7);
    }
    int others = of.out - (stage.row(of) >= 0 ? 1 : 0);
    if (others > 0) {
      ruling.stop(
          what
              + " while a plan that names it is out: the kernels of that step may still write"
              + " these blocks when they are somebody else's",
          SCH_7);
    }
    if (!stage.heardEnd.contains(of)) {
      ruling.complain(SCH_16, what + " before all listeners heard `finished`");
    }
  }

  @Override
  public void planning() {
    plannings++;
    mutate("planning", SCH_18, inner::planning);
    if (stage.call != Call.PLAN || plannings > 1) {
      ruling.complain(SCH_18, "`planning` came " + plannings + " times inside " + stage.call);
    }
  }

  @Override
  public int clear() {
    ruling.stop("the scheduler called `clear`, which is the host's", SCH_18);
    return 0;
  }

  @Override
  public void drainCopies(BlockCopies into) {
    ruling.stop("the scheduler called `drainCopies`, which is the engine's", SCH_18);
  }

  @Override
  public void close() {
    ruling.stop("the scheduler closed the manager, which is the host's", SCH_18);
  }

  @Override
  public int blockSize() {
    return inner.blockSize();
  }

  @Override
  public int totalBlocks(Tier tier) {
    calls++;
    return inner.totalBlocks(tier);
  }

  @Override
  public int availableBlocks(Tier tier) {
    calls++;
    return inner.availableBlocks(tier);
  }

  @Override
  public int cachedBlocks(Tier tier) {
    calls++;
    return inner.cachedBlocks(tier);
  }

  @Override
  public int peek(SequenceView sequence) {
    calls++;
    return inner.peek(sequence);
  }

  @Override
  public int computedTokens(int sequence) {
    calls++;
    return inner.computedTokens(sequence);
  }

  @Override
  public int tableLength(int sequence) {
    calls++;
    return inner.tableLength(sequence);
  }

  @Override
  public int tableRevision(int sequence) {
    calls++;
    return inner.tableRevision(sequence);
  }

  @Override
  public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
    calls++;
    inner.copyTable(sequence, from, count, into, byteOffset);
  }
}
