package dev.jacquard.engine.wiring;

import com.google.inject.Inject;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.core.EngineEvents;
import dev.jacquard.engine.core.Mechanisms;
import dev.jacquard.engine.model.LoadedModel;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.host.OpenedPlugins;
import dev.jacquard.host.Selection;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Makes the chosen block space manager and the chosen scheduler over it; again after a failure.
final class MechanismSource implements Mechanisms.Source {
  private final EngineConfig config;
  private final EngineShape shape;
  private final Selection selection;
  private final ConfigTree settings;
  private final OpenedPlugins plugins;
  private final EngineClock clock;
  private final MetricSink metrics;
  private final EngineEvents events;
  private final int window;
  private final MetricSink.Counter dropped;
  private final List<GuardedCacheListener> pluginListeners = new ArrayList<>();
  private boolean made;

  @Inject
  MechanismSource(
      EngineConfig config,
      EngineShape shape,
      Selection selection,
      ConfigTree settings,
      OpenedPlugins plugins,
      EngineClock clock,
      MetricSink metrics,
      EngineEvents events,
      LoadedModel model) {
    this.config = config;
    this.shape = shape;
    this.selection = selection;
    this.settings = settings;
    this.plugins = plugins;
    this.clock = clock;
    this.metrics = metrics;
    this.events = events;
    window = model.config().slidingWindow();
    dropped =
        metrics.counter(
            "jacquard_listeners_dropped_total", "Listeners dropped because they failed", List.of());
    for (PluginInstance instance : plugins.instances().values()) {
      for (CacheListener listener : instance.cacheListeners()) {
        pluginListeners.add(new GuardedCacheListener(dropped, listener));
      }
    }
  }

  @Override
  public Mechanisms create() {
    if (made) {
      // The listeners of plugins outlive the manager that failed (BSM-32).
      pluginListeners.forEach(GuardedCacheListener::cleared);
    }
    made = true;
    GuardedCacheListener relay = new GuardedCacheListener(dropped);
    List<CacheListener> cacheListeners = new ArrayList<>();
    cacheListeners.add(new AdmissionRecorder(config.blockSize(), events));
    cacheListeners.add(relay);
    cacheListeners.addAll(pluginListeners);
    LoadedPlugin blockPlugin = selection.blockManager().plugin();
    BlockSpaceContext blockContext =
        new EngineBlockContext(
            config,
            shape,
            window,
            clock,
            metrics,
            List.copyOf(cacheListeners),
            plugins.instance(blockPlugin));
    BlockSpaceManager blocks =
        blockPlugin.call(() ->
            selection
                .blockManager()
                .value()
                .create(settings.section(blockPlugin.id()), blockContext));
    try {
      return new Mechanisms(blocks, scheduler(blocks, relay));
    } catch (RuntimeException e) {
      closeAfter(e, blocks);
      throw e;
    }
  }

  private Scheduler scheduler(BlockSpaceManager blocks, GuardedCacheListener relay) {
    LoadedPlugin schedulerPlugin = selection.scheduler().plugin();
    SchedulerContext schedulerContext =
        new EngineSchedulerContext(
            blocks,
            shape.limits(),
            config.preemption(),
            clock,
            metrics,
            new SplittableRandom(config.seed()),
            requestListeners(),
            plugins.instance(schedulerPlugin),
            relay);
    return schedulerPlugin.call(() ->
        selection
            .scheduler()
            .value()
            .create(settings.section(schedulerPlugin.id()), schedulerContext));
  }

  private static void closeAfter(RuntimeException failure, BlockSpaceManager blocks) {
    try {
      blocks.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /// The request listeners of all opened plugins.
  List<RequestListener> requestListeners() {
    List<RequestListener> listeners = new ArrayList<>();
    for (PluginInstance instance : plugins.instances().values()) {
      listeners.addAll(instance.requestListeners());
    }
    return List.copyOf(listeners);
  }
}
