package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;

/// Makes the schedulers that checks try.
@FunctionalInterface
public interface SchedulerUnderTest {
  /// A scheduler over the manager of `context`; the check closes it.
  Scheduler create(SchedulerContext context);
}
