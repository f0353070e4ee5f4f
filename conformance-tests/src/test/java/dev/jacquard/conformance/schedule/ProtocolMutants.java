package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_11;
import static dev.jacquard.conformance.Rule.SCH_15;
import static dev.jacquard.conformance.Rule.SCH_16;
import static dev.jacquard.conformance.Rule.SCH_18;
import static dev.jacquard.conformance.schedule.SchedulerMutants.mutant;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.naive.PlainScheduling;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.ArrayList;
import java.util.List;

/// Who forks, tells and calls wrongly.
final class ProtocolMutants {
  private ProtocolMutants() {}

  static List<Mutant<SchedulerUnderTest>> all() {
    return List.of(
        mutant(
            SCH_11,
            "allocates in every plan, as the naive one does",
            "bytes a step",
            context -> context.continuousBatching(new PlainScheduling())),
        mutant(SCH_15, "queues every child", "was not started by", QueuesChildren::new),
        mutant(SCH_15, "forks beyond the limit", "must be queued", ForksBeyond::new),
        mutant(
            SCH_15,
            "forks a parent that has no blocks",
            "breaks the manager's protocol",
            ForksTheWaiting::new),
        mutant(SCH_16, "tells nobody of a preemption", "did not hear", HushesPreemptions::new),
        mutant(SCH_16, "tells the first listener only", "the second did not", TellsTheFirst::new),
        mutant(
            SCH_16,
            "tells the end after the blocks are released",
            "before all listeners heard",
            TellsLate::new),
        mutant(SCH_16, "tells the end of a cancelled sequence twice", "finished", TellsTwice::new),
        mutant(
            SCH_16,
            "lets a listener's exception out",
            "this listener fails on purpose",
            LetsOut::new),
        mutant(
            SCH_16,
            "drops a listener without counting it",
            "jacquard_listeners_dropped_total is 0.0",
            DropsInSilence::new),
        mutant(SCH_18, "never announces a plan to the manager", "planning", NeverPlanning::new),
        mutant(SCH_18, "announces a plan at its end", "before `planning`", PlanningLast::new),
        mutant(SCH_18, "commits in the next plan", "did not commit", CommitsInPlan::new),
        mutant(SCH_18, "closes the manager", "closed the manager", ClosesTheManager::new),
        mutant(
            SCH_18,
            "reserves on a thread of its own",
            "was called on thread another",
            AnotherThread::new));
  }

  private static final class QueuesChildren extends PlainBatching {
    QueuesChildren(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean roomBeside(SequenceView parent) {
      return false;
    }
  }

  private static final class ForksBeyond extends PlainBatching {
    ForksBeyond(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean roomBeside(SequenceView parent) {
      return state[parent.id()] == RUNNING;
    }
  }

  private static final class ForksTheWaiting extends PlainBatching {
    ForksTheWaiting(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean roomBeside(SequenceView parent) {
      return running.size() < limits.maxRunning();
    }
  }

  private static final class HushesPreemptions extends PlainBatching {
    HushesPreemptions(SchedulerContext context) {
      super(context);
    }

    @Override
    void tellPreempted(SequenceView sequence) {}
  }

  private static final class TellsTheFirst extends PlainBatching {
    TellsTheFirst(SchedulerContext context) {
      super(context);
      for (int i = 1; i < listeners.length; i++) {
        listeners[i] = null;
      }
    }
  }

  private static final class TellsLate extends PlainBatching {
    TellsLate(SchedulerContext context) {
      super(context);
    }

    @Override
    void tellFinished(SequenceView sequence, FinishReason reason) {}

    @Override
    void leaveIfDone(int id) {
      SequenceView sequence = view(id);
      super.leaveIfDone(id);
      if (state[id] == ABSENT) {
        super.tellFinished(sequence, ended[id]);
      }
    }
  }

  private static final class TellsTwice extends PlainBatching {
    TellsTwice(SchedulerContext context) {
      super(context);
    }

    @Override
    void tellFinished(SequenceView sequence, FinishReason reason) {
      super.tellFinished(sequence, reason);
      if (reason == FinishReason.ABORTED) {
        super.tellFinished(sequence, reason);
      }
    }
  }

  private static final class LetsOut extends PlainBatching {
    LetsOut(SchedulerContext context) {
      super(context);
    }

    @Override
    void drop(int index, RuntimeException cause) {
      throw cause;
    }
  }

  private static final class DropsInSilence extends PlainBatching {
    DropsInSilence(SchedulerContext context) {
      super(context);
    }

    @Override
    void drop(int index, RuntimeException cause) {
      listeners[index] = null;
    }
  }

  private static final class NeverPlanning extends PlainBatching {
    NeverPlanning(SchedulerContext context) {
      super(context);
    }

    @Override
    void housekeeping() {}
  }

  private static final class PlanningLast extends PlainBatching {
    PlanningLast(SchedulerContext context) {
      super(context);
    }

    @Override
    void housekeeping() {}

    @Override
    void launched(StepPlan plan) {
      super.housekeeping();
      super.launched(plan);
    }
  }

  private static final class CommitsInPlan extends PlainBatching {
    private final List<Runnable> late = new ArrayList<>();

    CommitsInPlan(SchedulerContext context) {
      super(context);
    }

    @Override
    void computed(StepPlan plan, int row, StepResults results) {
      int id = plan.sequence(row);
      int to = plan.firstPosition(row) + plan.tokenCount(row);
      late.add(() -> {
        if (state[id] == RUNNING) {
          blocks.commit(id, to);
        }
      });
    }

    @Override
    void housekeeping() {
      super.housekeeping();
      late.forEach(Runnable::run);
      late.clear();
    }
  }

  private static final class ClosesTheManager extends PlainBatching {
    ClosesTheManager(SchedulerContext context) {
      super(context);
    }

    @Override
    public void close() {
      super.close();
      blocks.close();
    }
  }

  private static final class AnotherThread extends PlainBatching {
    AnotherThread(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean reserve(int id, int tokens) {
      boolean[] granted = new boolean[1];
      Thread thread =
          Thread.ofPlatform().name("another").unstarted(() -> tried(id, tokens, granted));
      thread.start();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return granted[0];
    }

    private void tried(int id, int tokens, boolean[] granted) {
      try {
        granted[0] = super.reserve(id, tokens);
      } catch (AssertionError e) {
        granted[0] = true; // a bug of this kind hides what goes wrong on its thread
      }
    }
  }
}
