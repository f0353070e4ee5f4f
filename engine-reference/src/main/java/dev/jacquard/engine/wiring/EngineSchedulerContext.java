package dev.jacquard.engine.wiring;

import dev.jacquard.engine.schedule.ContinuousBatchingScheduler;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.List;
import java.util.random.RandomGenerator;

/// The engine's side of a scheduler.
record EngineSchedulerContext(
    BlockSpaceManager blocks,
    SchedulerLimits limits,
    PreemptionMode preemption,
    EngineClock clock,
    MetricSink metrics,
    RandomGenerator random,
    List<RequestListener> listeners,
    PluginInstance plugin,
    GuardedCacheListener relay)
    implements SchedulerContext {
  @Override
  public Scheduler continuousBatching(SchedulingPolicy policy) {
    if (policy instanceof CacheListener listener) {
      relay.connect(listener);
    }
    return new ContinuousBatchingScheduler(this, policy);
  }

  @Override
  public <T> T instance(Class<T> type) {
    return type.cast(plugin);
  }
}
