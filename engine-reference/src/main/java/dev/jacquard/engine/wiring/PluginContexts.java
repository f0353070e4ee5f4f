package dev.jacquard.engine.wiring;

import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.plugin.PluginContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the contexts plugins are opened with. Work for the engine thread that comes before there is one is dropped, as it is after its end.
final class PluginContexts {
  private static final Logger LOG = LoggerFactory.getLogger(PluginContexts.class);

  private final ConfigTree settings;
  private final EngineClock clock;
  private final MetricSink metrics;
  private final MetricSink.Counter failures;
  private final AtomicReference<Consumer<Runnable>> engineThread =
      new AtomicReference<>(work -> LOG.debug("dropped work that came before the engine started"));

  PluginContexts(ConfigTree settings, EngineClock clock, MetricSink metrics) {
    this.settings = settings;
    this.clock = clock;
    this.metrics = metrics;
    failures =
        metrics.counter(
            "jacquard_plugin_work_failed_total",
            "Pieces of plugin work on the engine thread that threw",
            List.of("plugin"));
  }

  /// From now on plugin work goes to `executor`.
  void connect(Consumer<Runnable> executor) {
    engineThread.set(executor);
  }

  PluginContext of(LoadedPlugin plugin) {
    return new Context(plugin.id());
  }

  private final class Context implements PluginContext {
    private final String plugin;

    Context(String plugin) {
      this.plugin = plugin;
    }

    @Override
    public PluginConfig config() {
      return settings.section(plugin);
    }

    @Override
    public EngineClock clock() {
      return clock;
    }

    @Override
    public MetricSink metrics() {
      return metrics;
    }

    @Override
    public Path dataDirectory() {
      Path home = Path.of(System.getProperty("user.home"), ".jacquard", "data", plugin);
      try {
        return Files.createDirectories(home);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot make the data folder " + home, e);
      }
    }

    @Override
    public void onEngineThread(Runnable work) {
      engineThread
          .get()
          .accept(() -> {
            try {
              work.run();
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
              LOG.error("work of plugin {} on the engine thread failed", plugin, e);
              failures.with(plugin).add(1);
            }
          });
    }
  }
}
