package dev.jacquard.conformance.subject;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Another context, with a plugin's instance. Remembers the policy given to [#continuousBatching], and
/// the scheduler made of it.
final class InstanceSchedulerContext implements SchedulerContext {
  private final SchedulerContext to;
  private final PluginInstance instance;
  private @Nullable SchedulingPolicy policy;
  private @Nullable Scheduler mechanism;

  InstanceSchedulerContext(SchedulerContext to, PluginInstance instance) {
    this.to = to;
    this.instance = instance;
  }

  @Nullable SchedulingPolicy policy() {
    return policy;
  }

  @Nullable Scheduler mechanism() {
    return mechanism;
  }

  @Override
  public Scheduler continuousBatching(SchedulingPolicy chosen) {
    Scheduler made = to.continuousBatching(chosen);
    policy = chosen;
    mechanism = made;
    return made;
  }

  @Override
  public <T> T instance(Class<T> type) {
    return type.cast(instance);
  }

  @Override
  public BlockSpaceManager blocks() {
    return to.blocks();
  }

  @Override
  public SchedulerLimits limits() {
    return to.limits();
  }

  @Override
  public PreemptionMode preemption() {
    return to.preemption();
  }

  @Override
  public EngineClock clock() {
    return to.clock();
  }

  @Override
  public MetricSink metrics() {
    return to.metrics();
  }

  @Override
  public RandomGenerator random() {
    return to.random();
  }

  @Override
  public List<RequestListener> listeners() {
    return to.listeners();
  }
}
