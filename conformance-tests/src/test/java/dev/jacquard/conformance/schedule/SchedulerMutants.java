package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import java.util.List;
import java.util.stream.Stream;

/// Schedulers with one bug each, and the rule that must find it.
final class SchedulerMutants {
  private SchedulerMutants() {}

  static List<Mutant<SchedulerUnderTest>> all() {
    return Stream.of(PlanMutants.all(), FairMutants.all(), EndMutants.all(), ProtocolMutants.all())
        .flatMap(List::stream)
        .toList();
  }

  static Mutant<SchedulerUnderTest> mutant(
      Rule breaks, String name, String phrase, SchedulerUnderTest subject) {
    return new Mutant<>(breaks, name, subject, phrase);
  }
}
