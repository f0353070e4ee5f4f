package dev.jacquard.engine.wiring;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import com.google.inject.spi.Message;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.builtin.ReferencePlugin;
import dev.jacquard.engine.core.EngineLoop;
import dev.jacquard.engine.metrics.PrometheusMetrics;
import dev.jacquard.engine.model.DemoModel;
import dev.jacquard.engine.model.LoadedModel;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.OpenedPlugins;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.PluginLoader;
import dev.jacquard.host.ProviderSelector;
import dev.jacquard.host.ReservedNames;
import dev.jacquard.host.Selection;
import dev.jacquard.host.SelectionRequest;
import dev.jacquard.host.StartupProblems;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.kernel.KernelBackend;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All parts of a running engine. [#start] builds it; [#close] takes it down in reverse.
///
/// Order of the start: discover plugins → choose → open the model → open plugins → backend → weights → KV cache → block manager → scheduler → loop → warm-up. Whatever fails, what was opened is closed.
public final class EngineRuntime implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineRuntime.class);

  /// Names plugins may not use: sections of the configuration file, commands and request fields of the engine's own.
  public static final ReservedNames RESERVED =
      new ReservedNames(
          Set.of("server", "plugins", "model", "engine"),
          Set.of(
              "serve",
              "complete",
              "chat",
              "tokenize",
              "bench",
              "plugins",
              "doctor",
              "conformance",
              "inspect",
              "quantize",
              "help",
              "version"),
          Set.of(
              "model",
              "prompt",
              "messages",
              "stream",
              "n",
              "max_tokens",
              "temperature",
              "priority",
              "cache_salt",
              "stop",
              "seed",
              "user"));

  private final CleanupStack cleanup;
  private final LoadedModel model;
  private final EngineShape shape;
  private final EngineLoop loop;
  private final Admission admission;
  private final PluginCatalog catalog;
  private final Selection selection;
  private final OpenedPlugins plugins;
  private final PrometheusMetrics metrics;
  private final EngineClock clock;
  private final KernelBackend backend;

  @Inject
  EngineRuntime(
      CleanupStack cleanup,
      LoadedModel model,
      EngineShape shape,
      EngineLoop loop,
      Admission admission,
      PluginCatalog catalog,
      Selection selection,
      OpenedPlugins plugins,
      PrometheusMetrics metrics,
      EngineClock clock,
      KernelBackend backend) {
    this.cleanup = cleanup;
    this.model = model;
    this.shape = shape;
    this.loop = loop;
    this.admission = admission;
    this.catalog = catalog;
    this.selection = selection;
    this.plugins = plugins;
    this.metrics = metrics;
    this.clock = clock;
    this.backend = backend;
  }

  /// Builds and starts everything.
  ///
  /// @param progress called with the number of layers loaded so far
  /// @throws dev.jacquard.spi.error.EngineException saying what is wrong with configuration, plugins or backend
  /// @throws dev.jacquard.engine.model.file.ModelFileException saying what is wrong with the model
  public static EngineRuntime start(EngineConfig config, IntConsumer progress) {
    quietGuice();
    CleanupStack cleanup = new CleanupStack();
    try {
      PluginCatalog catalog = cleanup.push(discover(config.pluginFolders()));
      ConfigTree settings = new ConfigTree(config.settings());
      Selection selection =
          new ProviderSelector(catalog, settings)
              .select(
                  new SelectionRequest(
                      config.scheduler(),
                      config.blockManager(),
                      config.kernelBackend(),
                      config.enabledPlugins(),
                      config.strictPlugins()));
      selection.rejected().forEach(line -> LOG.info("{}", line));
      Path path = config.model();
      LoadedModel model = cleanup.push(path == null ? DemoModel.open() : LoadedModel.open(path));
      Injector injector =
          Guice.createInjector(
              Stage.PRODUCTION,
              new EngineModule(config, model, catalog, selection, settings, cleanup, progress));
      StartupProblems problems = new StartupProblems();
      problems.addAll(settings.unusedProblems());
      problems.throwIfAny();
      EngineRuntime runtime = injector.getInstance(EngineRuntime.class);
      runtime.loop.start();
      runtime.announce(path == null);
      runtime.loop.warmUp(config.warmUp());
      return runtime;
    } catch (CreationException e) {
      cleanup.close();
      throw cause(e, e.getErrorMessages());
    } catch (ProvisionException e) {
      cleanup.close();
      throw cause(e, e.getErrorMessages());
    } catch (RuntimeException | Error e) {
      cleanup.close();
      throw e;
    }
  }

  /// Finds all plugins, the engine's own first.
  public static PluginCatalog discover(List<Path> folders) {
    PluginLoader loader = new PluginLoader(EngineRuntime.class.getClassLoader(), RESERVED);
    PluginCatalog catalog = loader.load(List.of(new ReferencePlugin()), folders);
    catalog.problems().forEach(problem -> LOG.warn("{}", problem.line()));
    return catalog;
  }

  /// Without this Guice 7 defines classes through `sun.misc.Unsafe`, of which JDK 25 warns. It must be said before Guice's first class is loaded; no AOP is used here.
  private static void quietGuice() {
    if (System.getProperty("guice_bytecode_gen_option") == null) {
      System.setProperty("guice_bytecode_gen_option", "DISABLED");
    }
  }

  /// Guice wraps what a provider threw; people should read the thing itself.
  private static RuntimeException cause(RuntimeException wrapper, Collection<Message> messages) {
    for (Message message : messages) {
      if (message.getCause() instanceof RuntimeException cause) {
        return cause;
      }
      if (message.getCause() instanceof Error error) {
        throw error;
      }
    }
    return wrapper;
  }

  private void announce(boolean demo) {
    LOG.info(
        "model {}{}, {} on {}, {} KV blocks of {} tokens{}, up to {} tokens a sequence; scheduler {}, block manager {}",
        model.name(),
        demo ? " (the embedded demo; name another by --model)" : "",
        selection.kernelBackend().name(),
        selection.device(),
        shape.deviceBlocks(),
        shape.layout().blockSize(),
        shape.hostBlocks() > 0 ? " and " + shape.hostBlocks() + " in host memory" : "",
        shape.maxModelLength(),
        selection.scheduler().name(),
        selection.blockManager().name());
  }

  /// The model.
  public LoadedModel model() {
    return model;
  }

  /// The sizes.
  public EngineShape shape() {
    return shape;
  }

  /// The engine thread.
  public EngineLoop loop() {
    return loop;
  }

  /// The bound on what is taken on.
  public Admission admission() {
    return admission;
  }

  /// All plugins found.
  public PluginCatalog catalog() {
    return catalog;
  }

  /// The components chosen.
  public Selection selection() {
    return selection;
  }

  /// The plugins opened.
  public OpenedPlugins plugins() {
    return plugins;
  }

  /// The metrics.
  public PrometheusMetrics metrics() {
    return metrics;
  }

  /// The engine's time.
  public EngineClock clock() {
    return clock;
  }

  /// The backend; for its capabilities and memory.
  public KernelBackend backend() {
    return backend;
  }

  @Override
  public void close() {
    cleanup.close();
  }
}
