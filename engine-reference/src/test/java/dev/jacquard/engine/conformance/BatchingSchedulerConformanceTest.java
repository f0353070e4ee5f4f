package dev.jacquard.engine.conformance;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.jupiter.SchedulerConformance;
import dev.jacquard.engine.policy.FcfsScheduling;
import dev.jacquard.engine.schedule.ContinuousBatchingScheduler;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.Map;

/// The engine's own scheduler with its default policy, judged like anybody's.
class BatchingSchedulerConformanceTest extends SchedulerConformance {
  @Override
  protected SchedulerFactory factory() {
    return new SchedulerFactory() {
      @Override
      public String name() {
        return "reference";
      }

      @Override
      public Scheduler create(PluginConfig config, SchedulerContext context) {
        return new ContinuousBatchingScheduler(context, new FcfsScheduling());
      }
    };
  }

  @Override
  protected Map<Rule, String> waivers() {
    return Map.of(
        Rule.SCH_13,
        "drafted tokens and prompt log-probabilities are refused by the engine, and not yet planned for");
  }
}
