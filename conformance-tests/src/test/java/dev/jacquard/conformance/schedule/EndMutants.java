package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_10;
import static dev.jacquard.conformance.Rule.SCH_12;
import static dev.jacquard.conformance.Rule.SCH_14;
import static dev.jacquard.conformance.Rule.SCH_5;
import static dev.jacquard.conformance.Rule.SCH_7;
import static dev.jacquard.conformance.schedule.SchedulerMutants.mutant;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.ArrayList;
import java.util.List;

/// Wrong ends, and wrong completions.
final class EndMutants {
  private EndMutants() {}

  static List<Mutant<SchedulerUnderTest>> all() {
    return List.of(
        mutant(SCH_5, "heeds a cancel at the next completion", "was cancelled", LateCancel::new),
        mutant(SCH_5, "cancels only those who run", "was cancelled", CancelsRunning::new),
        mutant(
            SCH_7,
            "releases an ended sequence while a plan that names it is out",
            "while a plan that names it is out",
            ReleasesEarly::new),
        mutant(
            SCH_7,
            "releases an aborted sequence one plan too late",
            "no plan that is out names it",
            ReleasesLate::new),
        mutant(SCH_7, "leaks the blocks of the cancelled", "its blocks are held", Leaks::new),
        mutant(
            SCH_7,
            "releases the blocks of a cancelled sequence twice",
            "breaks the manager's protocol",
            ReleasesTwice::new),
        mutant(
            SCH_7,
            "does not count those who ended in a plan that is out",
            "but the scheduler holds",
            Miscounts::new),
        mutant(SCH_10, "takes in what can never run", "was not rejected", TakesAll::new),
        mutant(SCH_10, "looks at the prompt only", "was not rejected", LooksAtThePrompt::new),
        mutant(SCH_10, "rejects what just fits", "was rejected, but", RejectsTheLast::new),
        mutant(
            SCH_10,
            "rejects with another exception",
            "instead of a RequestRejectedException",
            ThrowsAnother::new),
        mutant(
            SCH_12,
            "commits a failed step",
            "at the completion of a failed step",
            CommitsFailures::new),
        mutant(
            SCH_12,
            "goes on behind a failed step",
            "and the step before failed",
            GoesOnBehind::new),
        mutant(
            SCH_14,
            "commits rows of a sequence that was preempted since",
            "breaks the manager's protocol",
            CommitsOldLives::new),
        mutant(
            SCH_14,
            "commits rows of a sequence that finished since",
            "planned before its end was known",
            CommitsTheEnded::new));
  }

  private static final class LateCancel extends PlainBatching {
    private final List<Integer> cancelled = new ArrayList<>();

    LateCancel(SchedulerContext context) {
      super(context);
    }

    @Override
    public void cancel(int sequence) {
      cancelled.add(sequence);
    }

    @Override
    public void complete(StepPlan plan, StepResults results) {
      cancelled.forEach(super::cancel);
      cancelled.clear();
      super.complete(plan, results);
    }
  }

  private static final class CancelsRunning extends PlainBatching {
    CancelsRunning(SchedulerContext context) {
      super(context);
    }

    @Override
    public void cancel(int sequence) {
      if (state[sequence] == RUNNING) {
        super.cancel(sequence);
      }
    }
  }

  private static final class ReleasesEarly extends PlainBatching {
    ReleasesEarly(SchedulerContext context) {
      super(context);
    }

    @Override
    void leaveIfDone(int id) {
      if (holdsBlocks[id]) {
        blocks.release(id, dev.jacquard.spi.block.ReleaseReason.FINISHED);
        holdsBlocks[id] = false;
      }
      super.leaveIfDone(id);
    }
  }

  private static final class ReleasesLate extends PlainBatching {
    private final List<Integer> late = new ArrayList<>();

    ReleasesLate(SchedulerContext context) {
      super(context);
    }

    @Override
    void leaveIfDone(int id) {
      if (ended[id] == FinishReason.ABORTED && out[id] == 0) {
        late.add(id);
      } else {
        super.leaveIfDone(id);
      }
    }

    @Override
    public void plan(StepPlan plan) {
      late.forEach(super::leaveIfDone);
      late.clear();
      super.plan(plan);
    }
  }

  private static final class Leaks extends PlainBatching {
    Leaks(SchedulerContext context) {
      super(context);
    }

    @Override
    void leaveIfDone(int id) {
      holdsBlocks[id] &= ended[id] != FinishReason.ABORTED;
      super.leaveIfDone(id);
    }
  }

  private static final class ReleasesTwice extends PlainBatching {
    ReleasesTwice(SchedulerContext context) {
      super(context);
    }

    @Override
    void leaveIfDone(int id) {
      boolean last = out[id] == 0 && holdsBlocks[id] && ended[id] == FinishReason.ABORTED;
      super.leaveIfDone(id);
      if (last) {
        blocks.release(id, dev.jacquard.spi.block.ReleaseReason.CANCELLED);
      }
    }
  }

  private static final class Miscounts extends PlainBatching {
    Miscounts(SchedulerContext context) {
      super(context);
    }

    @Override
    public int running() {
      return super.running() - ending;
    }
  }

  private static final class TakesAll extends PlainBatching {
    TakesAll(SchedulerContext context) {
      super(context);
    }

    @Override
    long longest() {
      return Long.MAX_VALUE;
    }
  }

  private static final class LooksAtThePrompt extends PlainBatching {
    LooksAtThePrompt(SchedulerContext context) {
      super(context);
    }

    @Override
    int wanted(SequenceView sequence) {
      return sequence.promptLength();
    }
  }

  private static final class RejectsTheLast extends PlainBatching {
    RejectsTheLast(SchedulerContext context) {
      super(context);
    }

    @Override
    long longest() {
      return super.longest() - 1;
    }
  }

  private static final class ThrowsAnother extends PlainBatching {
    ThrowsAnother(SchedulerContext context) {
      super(context);
    }

    @Override
    public void submit(SequenceView sequence) {
      if (wanted(sequence) > longest()) {
        throw new IllegalArgumentException("too long: " + sequence.maxLength());
      }
      super.submit(sequence);
    }
  }

  private static final class CommitsFailures extends PlainBatching {
    CommitsFailures(SchedulerContext context) {
      super(context);
    }

    @Override
    void failed(int id) {
      blocks.commit(id, planned[id]);
    }
  }

  private static final class GoesOnBehind extends PlainBatching {
    GoesOnBehind(SchedulerContext context) {
      super(context);
    }

    @Override
    void failed(int id) {
      planned[id] = Math.min(planned[id], view(id).length() - 1);
    }
  }

  private static final class CommitsOldLives extends PlainBatching {
    CommitsOldLives(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean sameLife(int id, int then) {
      return state[id] != ENDING;
    }
  }

  private static final class CommitsTheEnded extends PlainBatching {
    CommitsTheEnded(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean sameLife(int id, int then) {
      return life[id] == then && (state[id] == RUNNING || (state[id] == ENDING && holdsBlocks[id]));
    }
  }
}
