package dev.jacquard.spi.plugin;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.PluginConfig;
import java.nio.file.Path;

/// What the host gives a plugin's instance. Log through [System.Logger]; the engine routes it. Implemented by the host.
public interface PluginContext {
  /// The plugin's configuration.
  ///
  /// - Thread: the starting thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: PLG-9
  PluginConfig config();

  /// The engine's time.
  ///
  /// - Thread: any
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: SCH-8
  EngineClock clock();

  /// Where metrics are registered.
  ///
  /// - Thread: any
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: PLG-15
  MetricSink metrics();

  /// A folder of the plugin's own, made on first use, that outlives the engine.
  ///
  /// - Thread: any
  /// - Ownership: the plugin's
  /// - Allocation: free
  /// - Rules: PLG-11
  Path dataDirectory();

  /// Runs `work` on the engine thread between two steps; dropped when the engine is closed. Work that throws is logged and counted.
  ///
  /// - Thread: any
  /// - Ownership: the host keeps `work` until it ran
  /// - Allocation: free
  /// - Rules: PLG-11
  void onEngineThread(Runnable work);
}
