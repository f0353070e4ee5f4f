package dev.jacquard.conformance.jupiter;

import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.schedule.SchedulingChecks;
import dev.jacquard.conformance.schedule.SchedulingUnderTest;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulingPolicy;

/// Tries a scheduling policy: rules SCP.
public abstract class SchedulingPolicyConformance extends Conformance<SchedulingUnderTest> {
  /// For subclasses.
  protected SchedulingPolicyConformance() {}

  /// A policy for a scheduler of `context`, with nobody waiting; asked anew for each check.
  protected abstract SchedulingPolicy policy(SchedulerContext context);

  @Override
  final Suite<SchedulingUnderTest> suite() {
    return Suite.of(
        "scheduling-policy:" + getClass().getSimpleName(), SchedulingChecks.all(), this::policy);
  }
}
