package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Check;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Whether a scheduler keeps the rules SCH of the specification.
public final class SchedulerChecks {
  private SchedulerChecks() {}

  /// All checks, in the order of the rules.
  public static List<Check<SchedulerUnderTest>> all() {
    return Stream.of(
            PlanChecks.all(),
            FairChecks.all(),
            EndChecks.all(),
            ResumeChecks.all(),
            ProtocolChecks.all(),
            CostChecks.all())
        .flatMap(List::stream)
        .sorted(Comparator.comparing(Check::rule))
        .toList();
  }
}
