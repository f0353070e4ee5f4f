package dev.jacquard.conformance.host;

import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveBlockSpaceManager;
import dev.jacquard.conformance.naive.NaiveScheduler;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The naive mechanisms, with a guard around each policy.
final class NaiveContexts {
  private NaiveContexts() {}

  /// A block space context whose paged mechanism guards its policy.
  record Space(NaiveBlockSpaceContext naive, UnaryOperator<EvictionPolicy> guard)
      implements BlockSpaceContext {
    @Override
    public int blockSize() {
      return naive.blockSize();
    }

    @Override
    public int deviceBlocks() {
      return naive.deviceBlocks();
    }

    @Override
    public int hostBlocks() {
      return naive.hostBlocks();
    }

    @Override
    public int maxSequences() {
      return naive.maxSequences();
    }

    @Override
    public int maxSequenceLength() {
      return naive.maxSequenceLength();
    }

    @Override
    public double watermark() {
      return naive.watermark();
    }

    @Override
    public boolean prefixSharing() {
      return naive.prefixSharing();
    }

    @Override
    public int window() {
      return naive.window();
    }

    @Override
    public int sinkTokens() {
      return naive.sinkTokens();
    }

    @Override
    public EngineClock clock() {
      return naive.clock();
    }

    @Override
    public MetricSink metrics() {
      return naive.metrics();
    }

    @Override
    public List<CacheListener> listeners() {
      return naive.listeners();
    }

    @Override
    public <T> T instance(Class<T> type) {
      return naive.instance(type);
    }

    @Override
    public BlockSpaceManager paged(EvictionPolicy policy) {
      return new NaiveBlockSpaceManager(naive, guard.apply(policy));
    }
  }

  /// Makes the guard of a scheduling policy.
  @FunctionalInterface
  interface SchedulingGuard {
    GuardedScheduling around(SchedulingPolicy policy, BlockSpaceManager blocks);
  }

  /// A scheduler context whose continuous batching guards its policy.
  record Scheduling(NaiveSchedulerContext naive, SchedulingGuard guard)
      implements SchedulerContext {
    @Override
    public BlockSpaceManager blocks() {
      return naive.blocks();
    }

    @Override
    public SchedulerLimits limits() {
      return naive.limits();
    }

    @Override
    public PreemptionMode preemption() {
      return naive.preemption();
    }

    @Override
    public EngineClock clock() {
      return naive.clock();
    }

    @Override
    public MetricSink metrics() {
      return naive.metrics();
    }

    @Override
    public RandomGenerator random() {
      return naive.random();
    }

    @Override
    public List<RequestListener> listeners() {
      return naive.listeners();
    }

    @Override
    public <T> T instance(Class<T> type) {
      return naive.instance(type);
    }

    @Override
    public Scheduler continuousBatching(SchedulingPolicy policy) {
      GuardedScheduling guarded = guard.around(policy, naive.blocks());
      Scheduler scheduler = new NaiveScheduler(naive, guarded);
      return Tap.on(
          Scheduler.class,
          scheduler,
          (method, arguments, real) -> watched(method, arguments, real, guarded));
    }

    private static @Nullable Object watched(
        String method, @Nullable Object[] arguments, Tap.Real real, GuardedScheduling guarded)
        throws Throwable {
      Object answer = real.call();
      if (method.equals("plan") && arguments[0] instanceof StepPlan plan) {
        guarded.planned(plan);
      } else if (method.equals("complete")
          && arguments[0] instanceof StepPlan plan
          && arguments[1] instanceof dev.jacquard.spi.schedule.StepResults results
          && results.failed()) {
        guarded.failed(plan);
      }
      return answer;
    }
  }
}
