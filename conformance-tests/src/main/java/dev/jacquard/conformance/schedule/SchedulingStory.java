package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Shrinker;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.SchedulerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Random operations on a [SchedulingWorld]. Each means something in any state, so that a failing
/// story can be told shorter.
///
/// @param steps what happens, in order
record SchedulingStory(List<Step> steps) {
  /// What can happen.
  enum Act {
    SUBMIT,
    CANCEL,
    FORK,
    EVICT,
    PLAN,
    PLAN_SHORT_OF_BLOCKS,
    WAIT
  }

  /// One operation; `pick` chooses among what there is.
  record Step(Act act, int pick) {
    @Override
    public String toString() {
      return act + "(" + pick + ")";
    }
  }

  private static final long[] WAITS = {1, 1_000_000, 1_000_000_000, 3_600_000_000_000L};
  private static final int STEPS = 120;
  private static final int SHRINKING = 600;
  private static final long SEED = 11;

  /// A story of a hundred steps.
  static SchedulingStory random(RandomGenerator random) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      Act act =
          switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5, 6 -> Act.SUBMIT;
            case 7 -> Act.CANCEL;
            case 8 -> Act.FORK;
            case 9 -> Act.EVICT;
            case 10, 11 -> Act.PLAN_SHORT_OF_BLOCKS;
            case 12 -> Act.WAIT;
            default -> Act.PLAN;
          };
      steps.add(new Step(act, random.nextInt(1 << 16)));
    }
    return new SchedulingStory(steps);
  }

  /// A context for policies that nobody's scheduler asks.
  static SchedulerContext context(EngineClock clock) {
    return NaiveSchedulerContext.of(
        NaiveBlockSpaceContext.of(SchedulingWorld.BLOCK, 64, clock).paged(new PlainEviction(64)),
        SchedulingWorld.LIMITS,
        PreemptionMode.RECOMPUTE,
        clock,
        SEED,
        List.of());
  }

  /// Plays the story on a new policy.
  ///
  /// @param drift nanoseconds that the engine's clock runs on at each look: a policy takes its time
  ///     from the plan
  /// @return the policy's answers, in order
  List<String> play(SchedulingUnderTest subject, Rule focus, long drift) {
    ManualClock clock = new ManualClock();
    ManualClock drifting = new ManualClock();
    EngineClock seen =
        () -> {
          drifting.advance(drift);
          return clock.nanos() + drifting.nanos();
        };
    SchedulingTrap trap = new SchedulingTrap(context(clock), seen);
    SchedulingWorld world =
        new SchedulingWorld(
            clock, prefills -> new SchedulingJudge(subject.create(trap), focus, prefills));
    trap.connect(world.judge());
    for (Step step : steps) {
      switch (step.act()) {
        case SUBMIT -> world.submit(step.pick());
        case CANCEL -> world.cancel(step.pick());
        case FORK -> world.fork(step.pick());
        case EVICT -> world.evict(step.pick());
        case PLAN -> world.plan(step.pick(), 0);
        case PLAN_SHORT_OF_BLOCKS -> world.plan(step.pick(), 1 + step.pick() % 3);
        case WAIT -> clock.advance(WAITS[step.pick() % WAITS.length]);
      }
    }
    return world.judge().answers();
  }

  /// Plays random stories; the first that fails is made short and told.
  static void search(SchedulingUnderTest subject, Trial trial, Rule focus) {
    for (int round = 0; round < trial.rounds(120, 4_000); round++) {
      SchedulingStory story = random(trial.random(round));
      if (story.failure(subject, focus) != null) {
        throw story.shortest(subject, focus, trial, round);
      }
    }
  }

  private AssertionError shortest(SchedulingUnderTest subject, Rule focus, Trial trial, int round) {
    SchedulingStory story =
        new SchedulingStory(
            new Shrinker(SHRINKING)
                .shrink(steps, s -> new SchedulingStory(s).failure(subject, focus) != null));
    AssertionError failure = story.failure(subject, focus);
    return new AssertionError(
        "%s\nthe shortest story found: %s (seed %d, round %d)"
            .formatted(
                failure == null ? "it fails, but not twice" : failure.getMessage(),
                story.steps,
                trial.seed(),
                round),
        failure);
  }

  private @Nullable AssertionError failure(SchedulingUnderTest subject, Rule focus) {
    try {
      play(subject, focus, 0);
      return null;
    } catch (AssertionError e) {
      return e;
    }
  }
}
