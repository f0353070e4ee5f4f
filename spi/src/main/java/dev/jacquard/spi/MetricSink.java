package dev.jacquard.spi;

import java.util.List;
import java.util.function.DoubleSupplier;

/// Where a plugin registers its metrics. Implemented by the host, which exposes them in the Prometheus text format.
///
/// Names follow Prometheus: `[a-zA-Z_:][a-zA-Z0-9_:]*`. Registering the same name twice with the same kind and labels gives the same metric; with
/// others it is a [dev.jacquard.spi.error.ConfigurationException]. Label *values* may appear at run time; after [#MAX_LABEL_SETS] different sets
/// further ones are counted under the value `other`, so that a metric's memory is bounded.
public interface MetricSink {
  /// Different label sets one metric keeps.
  int MAX_LABEL_SETS = 1_000;

  /// A counter that only grows.
  ///
  /// - Thread: any
  /// - Ownership: the host keeps the metric until the engine closes
  /// - Allocation: free
  /// - Rules: PLG-15
  Counter counter(String name, String help, List<String> labels);

  /// A value read when somebody asks for it. `value` is called on any thread and must not block.
  ///
  /// - Thread: any
  /// - Ownership: the host keeps `value` until the engine closes
  /// - Allocation: free
  /// - Rules: PLG-15
  void gauge(String name, String help, DoubleSupplier value);

  /// A histogram with ascending upper bounds.
  ///
  /// - Thread: any
  /// - Ownership: the host copies `bounds`
  /// - Allocation: free
  /// - Rules: PLG-15
  Histogram histogram(String name, String help, List<String> labels, double... bounds);

  /// A counter, or one label set of it.
  interface Counter {
    /// Adds `amount >= 0`.
    ///
    /// - Thread: any
    /// - Ownership: none
    /// - Allocation: none
    /// - Rules: PLG-15
    void add(double amount);

    /// The counter of one set of label values; keep the answer on hot paths.
    ///
    /// - Thread: any
    /// - Ownership: the host keeps it
    /// - Allocation: on the first use of a set
    /// - Rules: PLG-15
    Counter with(String... labelValues);
  }

  /// A histogram, or one label set of it.
  interface Histogram {
    /// Records one observation.
    ///
    /// - Thread: any
    /// - Ownership: none
    /// - Allocation: none
    /// - Rules: PLG-15
    void record(double value);

    /// The histogram of one set of label values; keep the answer on hot paths.
    ///
    /// - Thread: any
    /// - Ownership: the host keeps it
    /// - Allocation: on the first use of a set
    /// - Rules: PLG-15
    Histogram with(String... labelValues);
  }
}
