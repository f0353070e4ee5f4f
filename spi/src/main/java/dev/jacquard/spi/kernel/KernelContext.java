package dev.jacquard.spi.kernel;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.plugin.PluginInstance;

/// What the host gives a kernel backend at creation.
public interface KernelContext {
  /// Threads the operator wants used, at least 1; a backend without host threads ignores it.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: PLG-8
  int threads();

  /// The engine's time.
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: SCH-8
  EngineClock clock();

  /// Where metrics are registered.
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: PLG-15
  MetricSink metrics();

  /// The instance of the plugin that offers this backend.
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: PLG-11
  PluginInstance instance();
}
