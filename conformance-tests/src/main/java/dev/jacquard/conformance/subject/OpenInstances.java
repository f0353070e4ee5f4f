package dev.jacquard.conformance.subject;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NoMetrics;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginInstance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/// The instances of one plugin that the components of one check were made with, an instance each. One
/// thread at a time.
public final class OpenInstances {
  private final EnginePlugin plugin;
  private final Supplier<PluginConfig> config;
  private final Deque<PluginInstance> open = new ArrayDeque<>();
  private final Deque<Path> folders = new ArrayDeque<>();

  /// Opens `plugin` with what `config` gives.
  public OpenInstances(EnginePlugin plugin, Supplier<PluginConfig> config) {
    this.plugin = plugin;
    this.config = config;
  }

  /// One more instance.
  public PluginInstance open() {
    PluginInstance instance = plugin.open(new Context(config.get(), new ManualClock()));
    open.push(instance);
    return instance;
  }

  /// Closes what was opened, the last first. A failure is the failure of the check.
  public void closeAll() {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    while (!folders.isEmpty()) {
      TemporaryFolder.delete(folders.pop());
    }
  }

  /// Work for the engine thread is dropped: no engine runs.
  private final class Context implements PluginContext {
    private final PluginConfig section;
    private final ManualClock clock;
    private final MetricSink metrics = new NoMetrics();

    Context(PluginConfig section, ManualClock clock) {
      this.section = section;
      this.clock = clock;
    }

    @Override
    public PluginConfig config() {
      return section;
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
      try {
        Path folder = Files.createTempDirectory("jacquard-conformance");
        folders.push(folder);
        return folder;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot make a temporary folder", e);
      }
    }

    @Override
    public void onEngineThread(Runnable work) {}
  }
}
