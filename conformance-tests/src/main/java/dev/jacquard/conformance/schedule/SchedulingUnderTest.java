package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulingPolicy;

/// Makes the scheduling policies that checks try.
@FunctionalInterface
public interface SchedulingUnderTest {
  /// A policy for a scheduler of `context`, with nobody waiting.
  SchedulingPolicy create(SchedulerContext context);
}
