package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_17;
import static dev.jacquard.conformance.Rule.SCH_4;
import static dev.jacquard.conformance.Rule.SCH_8;
import static dev.jacquard.conformance.schedule.SchedulerMutants.mutant;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/// Wrong choices of who is next.
final class FairMutants {
  private FairMutants() {}

  static List<Mutant<SchedulerUnderTest>> all() {
    return List.of(
        mutant(
            SCH_4,
            "serves the shortest prompt first, whatever its age",
            "while others are served",
            context -> new ByRank(context, SequenceView::length)),
        mutant(
            SCH_4,
            "serves the highest priority first, whatever its age",
            "while others are served",
            context -> new ByRank(context, view -> view.request().priority())),
        mutant(
            SCH_4,
            "serves the youngest first",
            "while others are served",
            context -> new ByRank(context, view -> -view.request().serial())),
        mutant(
            SCH_4,
            "serves the longest cached prefix first, whatever its age",
            "while others are served",
            context -> new ByRank(context, view -> -context.blocks().peek(view))),
        mutant(
            SCH_4,
            "lets everybody overtake who does not fit",
            "while others are served",
            FirstFit::new),
        mutant(
            SCH_4, "lets a preempted sequence lose its place", "lost its place", LosesPlace::new),
        mutant(
            SCH_8,
            "breaks ties by the wall clock",
            "with the same clock and seed differ",
            context -> new ByRank(context, view -> System.nanoTime() >> 6 & 1)),
        mutant(
            SCH_8,
            "breaks ties by a generator of its own",
            "with the same clock and seed differ",
            context -> new ByRank(context, new OwnRandom())),
        mutant(
            SCH_8,
            "chooses in the order of identity hash codes",
            "with the same clock and seed differ",
            context -> new ByRank(context, System::identityHashCode)),
        mutant(
            SCH_17,
            "asks everybody who waits in every plan",
            "more than the 4-fold",
            context -> new ByRank(context, view -> view.request().serial())));
  }

  /// The waiting sequence of the lowest rank first, found by asking all.
  private static final class ByRank extends PlainBatching {
    private final ToLongFunction<SequenceView> rank;

    ByRank(SchedulerContext context, ToLongFunction<SequenceView> rank) {
      super(context);
      this.rank = rank;
    }

    @Override
    int nextWaiting() {
      int best = -1;
      long least = Long.MAX_VALUE;
      for (int id = queue.first(); id >= 0; id = queue.after(id)) {
        long now = rank.applyAsLong(view(id));
        if (now < least) {
          best = id;
          least = now;
        }
      }
      return best;
    }
  }

  private static final class OwnRandom implements ToLongFunction<SequenceView> {
    private final SplittableRandom random = new SplittableRandom();

    @Override
    public long applyAsLong(SequenceView view) {
      return random.nextInt(4);
    }
  }

  private static final class FirstFit extends PlainBatching {
    private int next = -1;

    FirstFit(SchedulerContext context) {
      super(context);
    }

    @Override
    int nextWaiting() {
      return next;
    }

    @Override
    void admit(StepPlan plan) {
      int id = queue.first();
      while (id >= 0) {
        int after = queue.after(id);
        next = id;
        super.admit(plan);
        id = after;
      }
    }

    @Override
    boolean admitted(StepPlan plan, int id) {
      return queue.size() > 0 && id == next && state[id] != RUNNING && super.admitted(plan, id);
    }
  }

  private static final class LosesPlace extends PlainBatching {
    LosesPlace(SchedulerContext context) {
      super(context);
    }

    @Override
    void queueAgain(int id) {
      queue.addLast(id);
    }
  }
}
