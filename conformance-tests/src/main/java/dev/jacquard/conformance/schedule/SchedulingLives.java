package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.naive.NaiveRun;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import java.util.ArrayList;
import java.util.List;

/// Random lives of a naive engine in a pool that is too small, where the policy under test chooses
/// who runs: the events of a real scheduler, with preemption, swaps, forks, failures and two plans
/// in flight.
final class SchedulingLives {
  private SchedulingLives() {}

  /// Lives until one breaks `focus`.
  static void search(SchedulingUnderTest subject, Trial trial, Rule focus) {
    for (int round = 0; round < trial.rounds(8, 150); round++) {
      int flight = focus == Rule.SCP_5 ? 1 : 1 + round % 2;
      life(subject, trial.random(round).nextLong(), flight, focus);
    }
  }

  /// One life.
  ///
  /// @return the policy's answers, in order
  static List<String> life(SchedulingUnderTest subject, long seed, int stepsInFlight, Rule focus) {
    NaiveRun.Shape shape = NaiveRun.Shape.random(seed, stepsInFlight);
    List<SchedulingJudge> judges = new ArrayList<>();
    String where = "\nin the life of seed " + seed + ", " + shape;
    try {
      NaiveRun.run(
          shape,
          seed,
          List.of(),
          List.of(),
          context -> context.paged(new PlainEviction(context.deviceBlocks())),
          context -> judged(subject, context, focus, judges));
    } catch (AssertionError e) {
      AssertionError failure = judges.isEmpty() ? null : judges.getFirst().failure();
      if (failure != null) {
        throw new AssertionError(failure.getMessage() + where, e);
      }
      if (focus == Rule.SCP_3 || judges.isEmpty()) {
        throw new AssertionError(e.getMessage() + where, e);
      }
    } catch (IllegalStateException e) {
      // the naive scheduler knows what is left to prefill; the judge of a life does not
      if (!String.valueOf(e.getMessage()).startsWith("nextPrefill")) {
        throw e;
      }
      if (focus == Rule.SCP_5) {
        throw new AssertionError(e.getMessage() + where, e);
      }
    }
    return judges.getFirst().answers();
  }

  private static Scheduler judged(
      SchedulingUnderTest subject,
      SchedulerContext context,
      Rule focus,
      List<SchedulingJudge> judges) {
    SchedulingTrap trap = new SchedulingTrap(context, context.clock());
    SchedulingJudge judge = new SchedulingJudge(subject.create(trap), focus, _ -> true);
    judges.add(judge);
    trap.connect(judge);
    return context.continuousBatching(judge);
  }
}
