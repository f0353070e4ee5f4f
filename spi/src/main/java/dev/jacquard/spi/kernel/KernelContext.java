package dev.jacquard.spi.kernel;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;

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

  /// What the plugin that offers this backend opened for this engine, as its own class: the answer of its [dev.jacquard.spi.plugin.EnginePlugin#open].
  ///
  /// @throws ClassCastException when the plugin opened something else
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: PLG-11
  <T> T instance(Class<T> type);
}
