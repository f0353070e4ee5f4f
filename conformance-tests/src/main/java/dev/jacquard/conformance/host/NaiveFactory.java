package dev.jacquard.conformance.host;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.host.OpenedPlugins;
import dev.jacquard.host.Selection;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Makes the selected components of a naive host; manager and scheduler again after a fault.
final class NaiveFactory {
  private static final double WATERMARK = 0.01;
  private static final long SEED = 42;

  private final NaiveHost host;
  private final HostSetup setup;
  private final SchedulerLimits limits;
  private final Selection selection;
  private final ConfigTree config;
  private final OpenedPlugins plugins;
  private final HostMetrics metrics;
  private final ManualClock clock;
  private final List<CacheListener> cacheListeners = new ArrayList<>();
  private final List<RequestListener> requestListeners = new ArrayList<>();
  private final MetricSink.Counter replaced;

  NaiveFactory(
      NaiveHost host,
      HostSetup setup,
      SchedulerLimits limits,
      Selection selection,
      ConfigTree config,
      OpenedPlugins plugins,
      HostMetrics metrics,
      ManualClock clock) {
    this.host = host;
    this.setup = setup;
    this.limits = limits;
    this.selection = selection;
    this.config = config;
    this.plugins = plugins;
    this.metrics = metrics;
    this.clock = clock;
    replaced = metrics.counter("jacquard_policy_replaced_total", "Policies replaced", List.of());
    for (PluginInstance instance : plugins.instances().values()) {
      instance.cacheListeners().forEach(listener -> cacheListeners.add(host.guard(listener)));
      instance.requestListeners().forEach(listener -> requestListeners.add(host.guard(listener)));
    }
  }

  private record Kernel(EngineClock clock, MetricSink metrics, PluginInstance plugin)
      implements KernelContext {
    @Override
    public int threads() {
      return 1;
    }

    @Override
    public <T> T instance(Class<T> type) {
      return type.cast(plugin);
    }
  }

  KernelBackend backend() {
    LoadedPlugin plugin = selection.kernelBackend().plugin();
    Kernel context = new Kernel(clock, metrics, plugins.instance(plugin));
    return plugin.call(
        () -> selection.kernelBackend().value().create(config.section(plugin.id()), context));
  }

  NaiveParts make() {
    BlockSpaceManager blocks = manager();
    return new NaiveParts(blocks, scheduler(blocks));
  }

  NaiveParts remake() {
    host.forget(cacheListeners);
    return make();
  }

  private BlockSpaceManager manager() {
    LoadedPlugin plugin = selection.blockManager().plugin();
    NaiveBlockSpaceContext naive =
        new NaiveBlockSpaceContext(
            setup.blockSize(),
            setup.deviceBlocks(),
            setup.hostBlocks(),
            limits.maxSequences(),
            setup.maxLength(),
            WATERMARK,
            true,
            0,
            0,
            clock,
            metrics,
            List.copyOf(cacheListeners),
            plugins.instance(plugin));
    NaiveContexts.Space context =
        new NaiveContexts.Space(naive, policy -> host.guard(policy, setup, () -> replaced.add(1)));
    return plugin.call(
        () -> selection.blockManager().value().create(config.section(plugin.id()), context));
  }

  private Scheduler scheduler(BlockSpaceManager blocks) {
    LoadedPlugin plugin = selection.scheduler().plugin();
    NaiveSchedulerContext naive =
        new NaiveSchedulerContext(
            blocks,
            limits,
            setup.preemption(),
            clock,
            metrics,
            new SplittableRandom(SEED),
            List.copyOf(requestListeners),
            plugins.instance(plugin));
    NaiveContexts.Scheduling context =
        new NaiveContexts.Scheduling(
            naive, (policy, over) -> host.guard(policy, over, () -> replaced.add(1)));
    return plugin.call(
        () -> selection.scheduler().value().create(config.section(plugin.id()), context));
  }

  void close(NaiveParts parts) {
    host.work(parts.scheduler()::close);
    host.work(parts.blocks()::close);
  }
}
