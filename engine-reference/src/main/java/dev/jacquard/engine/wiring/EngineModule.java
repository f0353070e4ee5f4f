package dev.jacquard.engine.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.core.EndTokens;
import dev.jacquard.engine.core.EngineEvents;
import dev.jacquard.engine.core.EngineLoop;
import dev.jacquard.engine.core.EngineParts;
import dev.jacquard.engine.core.Mechanisms;
import dev.jacquard.engine.core.StepBudget;
import dev.jacquard.engine.metrics.EngineMetrics;
import dev.jacquard.engine.metrics.PrometheusMetrics;
import dev.jacquard.engine.model.LoadedModel;
import dev.jacquard.engine.model.ModelGraph;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.host.OpenedPlugins;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.Selection;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.plugin.PluginInstance;
import java.util.function.IntConsumer;

/// Wires one engine from providers that were chosen before. No AOP, no optional bindings: what is bound is what runs.
final class EngineModule extends AbstractModule {
  private static final long STEP_TARGET_NANOS = 250_000_000L;
  private static final int LEAST_STEP_TOKENS = 32;

  private final EngineConfig config;
  private final LoadedModel model;
  private final PluginCatalog catalog;
  private final Selection selection;
  private final ConfigTree settings;
  private final CleanupStack cleanup;
  private final IntConsumer progress;

  EngineModule(
      EngineConfig config,
      LoadedModel model,
      PluginCatalog catalog,
      Selection selection,
      ConfigTree settings,
      CleanupStack cleanup,
      IntConsumer progress) {
    this.config = config;
    this.model = model;
    this.catalog = catalog;
    this.selection = selection;
    this.settings = settings;
    this.cleanup = cleanup;
    this.progress = progress;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    binder().requireExactBindingAnnotations();
    binder().disableCircularProxies();
    bind(EngineConfig.class).toInstance(config);
    bind(LoadedModel.class).toInstance(model);
    bind(PluginCatalog.class).toInstance(catalog);
    bind(Selection.class).toInstance(selection);
    bind(ConfigTree.class).toInstance(settings);
    bind(CleanupStack.class).toInstance(cleanup);
    bind(EngineClock.class).toInstance(System::nanoTime);
    bind(PrometheusMetrics.class).toInstance(new PrometheusMetrics());
    bind(MechanismSource.class).in(Singleton.class);
    bind(Mechanisms.Source.class).to(MechanismSource.class);
    bind(EngineRuntime.class).in(Singleton.class);
  }

  @Provides
  @Singleton
  MetricSink metricSink(PrometheusMetrics metrics) {
    return metrics;
  }

  @Provides
  @Singleton
  EngineEvents events(MetricSink metrics) {
    return new EngineMetrics(metrics);
  }

  @Provides
  @Singleton
  PluginContexts contexts(EngineClock clock, MetricSink metrics) {
    return new PluginContexts(settings, clock, metrics);
  }

  /// Plugins are opened before everything that is made of them and closed after it.
  @Provides
  @Singleton
  OpenedPlugins plugins(PluginContexts contexts) {
    OpenedPlugins opened = cleanup.push(new OpenedPlugins(contexts::of));
    for (LoadedPlugin plugin : selection.plugins()) {
      opened.instance(plugin);
    }
    return opened;
  }

  @Provides
  @Singleton
  KernelBackend backend(OpenedPlugins plugins, EngineClock clock, MetricSink metrics) {
    LoadedPlugin plugin = selection.kernelBackend().plugin();
    int threads =
        config.threads() > 0 ? config.threads() : Runtime.getRuntime().availableProcessors();
    KernelContext context =
        new EngineKernelContext(threads, clock, metrics, plugins.instance(plugin));
    return cleanup.push(
        plugin.call(() ->
            selection.kernelBackend().value().create(settings.section(plugin.id()), context)));
  }

  private record EngineKernelContext(
      int threads, EngineClock clock, MetricSink metrics, PluginInstance plugin)
      implements KernelContext {
    @Override
    public <T> T instance(Class<T> type) {
      return type.cast(plugin);
    }
  }

  @Provides
  @Singleton
  ModelGraph graph(KernelBackend backend, EngineShape shape) {
    return new ModelGraph(backend, model.file(), model.weights(), shape.step(), progress);
  }

  @Provides
  @Singleton
  EngineShape shape(KernelBackend backend) {
    return EngineShape.of(config, model.config(), backend);
  }

  /// Allocated after the weights, whose memory matters more: that is what the graph is asked for.
  @Provides
  @Singleton
  @SuppressWarnings("UnusedVariable")
  KvCache kv(KernelBackend backend, EngineShape shape, ModelGraph graph) {
    return backend.allocateKvCache(shape.layout(), shape.deviceBlocks(), shape.hostBlocks());
  }

  @Provides
  @Singleton
  EngineLoop loop(
      KernelBackend backend,
      ModelGraph graph,
      KvCache kv,
      EngineShape shape,
      EngineClock clock,
      EngineEvents events,
      Admission admission,
      MechanismSource source,
      PluginContexts contexts) {
    StepBudget budget =
        config.maxStepTokens() > 0
            ? StepBudget.fixed(config.maxStepTokens())
            : StepBudget.timed(
                shape.limits().maxStepTokens(), LEAST_STEP_TOKENS, STEP_TARGET_NANOS);
    EngineParts parts =
        new EngineParts(
            backend,
            graph,
            kv,
            shape.step(),
            shape.limits(),
            budget,
            clock,
            admission.observing(events),
            new EndTokens(model.tokenizer().endOfGenerationIds()),
            model.tokenizer().vocabularySize());
    EngineLoop loop = cleanup.push(new EngineLoop(parts, source, source.requestListeners()));
    contexts.connect(loop::execute);
    return loop;
  }

  @Provides
  @Singleton
  Admission admission(EngineShape shape) {
    return new Admission(shape.limits().maxSequences());
  }
}
