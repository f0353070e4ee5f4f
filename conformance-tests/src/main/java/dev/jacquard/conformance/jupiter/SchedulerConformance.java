package dev.jacquard.conformance.jupiter;

import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.schedule.SchedulerChecks;
import dev.jacquard.conformance.schedule.SchedulerUnderTest;
import dev.jacquard.spi.schedule.SchedulerFactory;

/// Tries a scheduler: rules SCH.
public abstract class SchedulerConformance extends FactoryConformance<SchedulerUnderTest> {
  /// For subclasses.
  protected SchedulerConformance() {}

  /// The factory of the schedulers to try.
  protected abstract SchedulerFactory factory();

  @Override
  final Suite<SchedulerUnderTest> suite() {
    SchedulerFactory factory = factory();
    return suite(
        "scheduler:" + factory.name(), SchedulerChecks.all(), factories().schedulers(factory));
  }
}
