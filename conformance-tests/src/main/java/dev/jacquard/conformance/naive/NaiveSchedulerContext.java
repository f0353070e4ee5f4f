package dev.jacquard.conformance.naive;

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
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// The context of a naive scheduler, or of any other; [#continuousBatching] gives a
/// [NaiveScheduler].
public record NaiveSchedulerContext(
    BlockSpaceManager blocks,
    SchedulerLimits limits,
    PreemptionMode preemption,
    EngineClock clock,
    MetricSink metrics,
    RandomGenerator random,
    List<RequestListener> listeners,
    PluginInstance plugin)
    implements SchedulerContext {
  /// Without metrics and with a generator of `seed`.
  public static NaiveSchedulerContext of(
      BlockSpaceManager blocks,
      SchedulerLimits limits,
      PreemptionMode preemption,
      EngineClock clock,
      long seed,
      List<RequestListener> listeners) {
    return new NaiveSchedulerContext(
        blocks,
        limits,
        preemption,
        clock,
        new NoMetrics(),
        new SplittableRandom(seed),
        List.copyOf(listeners),
        PluginInstance.NOTHING_SHARED);
  }

  @Override
  public Scheduler continuousBatching(SchedulingPolicy policy) {
    if (policy instanceof CacheListener listener
        && blocks instanceof NaiveBlockSpaceManager manager) {
      manager.listen(listener);
    }
    return new NaiveScheduler(this, policy);
  }

  @Override
  public <T> T instance(Class<T> type) {
    return type.cast(plugin);
  }
}
