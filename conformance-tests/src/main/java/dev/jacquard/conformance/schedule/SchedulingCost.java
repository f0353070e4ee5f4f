package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import java.util.List;

/// SCP-7 and SCP-8: what a plan costs with many waiting, in questions, in time and in memory.
final class SchedulingCost {
  private static final int SHORT_QUEUE = 50;
  private static final int LONG_QUEUE = 64 * SHORT_QUEUE;
  private static final double MORE_QUESTIONS = 4;
  private static final double FEW_QUESTIONS = 40;

  private static final int FEW = 512;
  private static final int MANY = 64 * FEW;
  private static final double WIDE_MARGIN = 12;
  private static final double NO_NOISE = 40;
  private static final double NOISE_NANOS = 2_000;
  private static final double HOPELESS_NANOS = 1_000_000;
  private static final int ATTEMPTS = 3;

  private SchedulingCost() {}

  static List<Check<SchedulingUnderTest>> checks() {
    return List.of(
        Check.of(
            Rule.SCP_7,
            "a plan asks no more questions with 3,200 waiting than with 50",
            SchedulingCost::questions,
            "cachedTokens of everybody at each decision",
            "the queue is sorted at each plan"),
        Check.of(
            Rule.SCP_7,
            "decisions with 32,768 waiting take about the time they take with 512",
            SchedulingCost::time,
            "a scan for the best",
            "answered or gone search a list",
            "planning rebuilds the queue"),
        Check.of(
            Rule.SCP_8,
            "after warm-up no decision allocates",
            SchedulingCost::memory,
            "boxed ids in collections",
            "iterators, streams and lambdas that capture"));
  }

  private static void questions(SchedulingUnderTest subject, Trial trial) {
    double few = new SchedulingMeter(subject, SHORT_QUEUE).questionsPerPlan();
    double many = new SchedulingMeter(subject, LONG_QUEUE).questionsPerPlan();
    if (many > MORE_QUESTIONS * few + FEW_QUESTIONS) {
      throw new AssertionError(
          """
          a plan with %d waiting asked the plan and the sequences %.1f times, one with %d waiting \
          %.1f times; what sequences are asked in waiting does not count\
          """
              .formatted(SHORT_QUEUE, few, LONG_QUEUE, many));
    }
  }

  private static void time(SchedulingUnderTest subject, Trial trial) {
    SchedulingMeter small = new SchedulingMeter(subject, FEW);
    SchedulingMeter large = new SchedulingMeter(subject, MANY);
    small.warmUp();
    double few = 0;
    double many = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      few = small.nanosPerPlan();
      many = large.nanosOfAnyPlan();
      if (many > NO_NOISE * few && many > HOPELESS_NANOS) {
        break; // a whole measurement would take minutes
      }
      many = large.nanosPerPlan();
      if (many <= WIDE_MARGIN * few || many - few <= NOISE_NANOS) {
        return;
      }
      if (many > NO_NOISE * few) {
        break;
      }
    }
    throw new AssertionError(
        """
        the decisions of a plan take %.0f ns with %d waiting and %.0f ns with %d: %.0f times as much, \
        where a logarithm would be %.1f times\
        """
            .formatted(few, FEW, many, MANY, many / few, Math.log(MANY) / Math.log(FEW)));
  }

  private static void memory(SchedulingUnderTest subject, Trial trial) {
    List<String> found = new SchedulingMeter(subject, FEW).allocations();
    if (!found.isEmpty()) {
      throw new AssertionError("allocated after warm-up: " + String.join("; ", found));
    }
  }
}
