package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Check;
import java.util.List;
import java.util.stream.Stream;

/// The checks of the rules SCP that bind a policy (docs/spec/31-scheduling-policy.md).
public final class SchedulingChecks {
  private SchedulingChecks() {}

  /// All of them, in the order of their rules.
  public static List<Check<SchedulingUnderTest>> all() {
    return Stream.of(
            SchedulingAnswers.checks(),
            SchedulingPatience.checks(),
            SchedulingRepeats.checks(),
            SchedulingCost.checks())
        .flatMap(List::stream)
        .sorted((a, b) -> a.rule().compareTo(b.rule()))
        .toList();
  }
}
