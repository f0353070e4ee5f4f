package dev.jacquard.engine.conformance;

import dev.jacquard.conformance.jupiter.SchedulingPolicyConformance;
import dev.jacquard.engine.policy.FcfsScheduling;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulingPolicy;

/// The default scheduling policy, judged like anybody's.
class FcfsConformanceTest extends SchedulingPolicyConformance {
  @Override
  protected SchedulingPolicy policy(SchedulerContext context) {
    return new FcfsScheduling();
  }
}
