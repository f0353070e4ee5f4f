package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.plugin.PluginContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The context of an opened plugin: its data folder is a temporary one, and its work for the engine thread runs when the check says so.
final class TryPluginContext implements PluginContext {
  private final RecordingConfig config;
  private final ManualClock clock;
  private final RecordingMetrics metrics;
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private @Nullable Path folder;

  TryPluginContext(RecordingConfig config, ManualClock clock, RecordingMetrics metrics) {
    this.config = config;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public PluginConfig config() {
    return config;
  }

  @Override
  public ManualClock clock() {
    return clock;
  }

  @Override
  public RecordingMetrics metrics() {
    return metrics;
  }

  @Override
  public synchronized Path dataDirectory() {
    Path known = folder;
    if (known == null) {
      try {
        known = Files.createTempDirectory("jacquard-conformance");
      } catch (IOException e) {
        throw new UncheckedIOException("the kit cannot make a temporary folder", e);
      }
      folder = known;
    }
    return known;
  }

  @Override
  public void onEngineThread(Runnable task) {
    work.add(task);
  }

  /// Runs what is waiting for the engine thread, and what that adds. A host logs what it throws and goes on.
  void betweenSteps() {
    List<Runnable> due = new ArrayList<>();
    for (Runnable task = work.poll(); task != null; task = work.poll()) {
      due.add(task);
    }
    for (Runnable task : due) {
      try {
        task.run();
      } catch (RuntimeException e) {
        System.getLogger(TryPluginContext.class.getName())
            .log(System.Logger.Level.DEBUG, "work on the engine thread failed", e);
      }
    }
  }

  /// Drops the work that is left and removes the data folder.
  synchronized void remove() {
    work.clear();
    Path known = folder;
    if (known == null) {
      return;
    }
    folder = null;
    try (Stream<Path> files = Files.walk(known)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the temporary folder " + known + " cannot be removed", e);
    }
  }
}
