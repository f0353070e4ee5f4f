package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A context whose manager and scheduler tell the judge of every call. Sizes may be asked at any
/// time: they never change.
final class SchedulingTrap implements SchedulerContext {
  private static final Set<String> CONSTANTS =
      Set.of("blockSize", "totalBlocks", "toString", "hashCode", "equals");

  private final SchedulerContext context;
  private final EngineClock clock;
  private @Nullable SchedulingJudge judge;

  /// @param clock what the policy finds as the engine's clock
  SchedulingTrap(SchedulerContext context, EngineClock clock) {
    this.context = context;
    this.clock = clock;
  }

  /// Calls are told to `witness` from now on.
  void connect(SchedulingJudge witness) {
    judge = witness;
  }

  private <T> T watched(Class<T> type, @Nullable T real, String name) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (judge != null && !CONSTANTS.contains(method.getName())) {
                judge.intruded("called " + method.getName() + " of the " + name);
              }
              if (real == null) {
                return nothing(method.getReturnType());
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            }));
  }

  private static @Nullable Object nothing(Class<?> type) {
    return type == int.class ? (Object) 0 : type == boolean.class ? false : null;
  }

  @Override
  public BlockSpaceManager blocks() {
    return watched(BlockSpaceManager.class, context.blocks(), "block space manager");
  }

  @Override
  public Scheduler continuousBatching(SchedulingPolicy policy) {
    // the mechanism that asks is the kit's: this one is there to be left alone
    return watched(Scheduler.class, null, "scheduler");
  }

  @Override
  public SchedulerLimits limits() {
    return context.limits();
  }

  @Override
  public PreemptionMode preemption() {
    return context.preemption();
  }

  @Override
  public EngineClock clock() {
    return clock;
  }

  @Override
  public MetricSink metrics() {
    return context.metrics();
  }

  @Override
  public RandomGenerator random() {
    return context.random();
  }

  @Override
  public List<RequestListener> listeners() {
    return context.listeners();
  }

  @Override
  public <T> T instance(Class<T> type) {
    return context.instance(type);
  }
}
