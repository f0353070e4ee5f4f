package dev.jacquard.engine.schedule;

import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the mechanism remembers of every sequence, by sequence id, column-wise.
final class SequenceTable {
  static final byte ABSENT = 0;
  static final byte WAITING = 1;
  static final byte SWAPPED = 2;
  static final byte RUNNING = 3;

  /// Ended, but named by a plan that is still out.
  static final byte ENDING = 4;

  final byte[] state;

  /// Whether the block space manager knows the sequence.
  final boolean[] holdsBlocks;

  /// Positions planned so far; those in flight are included.
  final int[] planned;

  /// Plans in flight that name the sequence.
  final int[] inFlight;

  /// Grows whenever the sequence gives its blocks up; see [PlansInFlight].
  final int[] life;

  /// Positions to commit when a swapped sequence comes back.
  final int[] commitLater;

  /// The plan in which the sequence was answered LATER, or prefilled, last.
  final long[] askedInPlan;

  /// Why an ENDING sequence ended.
  final FinishReason[] ending;

  private final @Nullable SequenceView[] views;

  SequenceTable(int maxSequences) {
    state = new byte[maxSequences];
    holdsBlocks = new boolean[maxSequences];
    planned = new int[maxSequences];
    inFlight = new int[maxSequences];
    life = new int[maxSequences];
    commitLater = new int[maxSequences];
    askedInPlan = new long[maxSequences];
    ending = new FinishReason[maxSequences];
    views = new SequenceView[maxSequences];
  }

  int size() {
    return state.length;
  }

  SequenceView view(int sequence) {
    return Objects.requireNonNull(views[sequence], "sequence is not known");
  }

  void enter(SequenceView sequence, byte state) {
    int id = Objects.checkIndex(sequence.id(), this.state.length);
    if (this.state[id] != ABSENT) {
      throw new IllegalStateException("sequence " + id + " is known already");
    }
    views[id] = sequence;
    this.state[id] = state;
    holdsBlocks[id] = false;
    planned[id] = 0;
    inFlight[id] = 0;
    commitLater[id] = 0;
    askedInPlan[id] = 0;
    life[id]++;
  }

  void leave(int sequence) {
    state[sequence] = ABSENT;
    views[sequence] = null;
  }

  /// Everything that waits, in order of arrival, for a policy that takes over.
  List<GuardedSchedulingPolicy.Waiting> queue() {
    List<GuardedSchedulingPolicy.Waiting> queue = new ArrayList<>();
    for (int sequence = 0; sequence < state.length; sequence++) {
      if (state[sequence] == WAITING || state[sequence] == SWAPPED) {
        WaitReason reason = state[sequence] == SWAPPED ? WaitReason.SWAPPED : WaitReason.NEW;
        queue.add(new GuardedSchedulingPolicy.Waiting(view(sequence), reason));
      }
    }
    queue.sort(Comparator.comparingLong(waiting -> waiting.sequence().request().serial()));
    return queue;
  }

  /// What the end of a sequence means for its blocks.
  ReleaseReason releaseReason(int sequence) {
    return switch (ending[sequence]) {
      case ABORTED -> ReleaseReason.CANCELLED;
      case ERROR -> ReleaseReason.FAILED;
      case NONE, STOP, LENGTH, TOOL_CALLS -> ReleaseReason.FINISHED;
    };
  }
}
