package dev.jacquard.conformance.naive;

import dev.jacquard.spi.MetricSink;
import java.util.List;
import java.util.function.DoubleSupplier;

/// Metrics that nobody reads.
public final class NoMetrics implements MetricSink {
  private static final class Nothing implements Counter, Histogram {
    @Override
    public void add(double amount) {}

    @Override
    public void record(double value) {}

    @Override
    public Nothing with(String... labelValues) {
      return this;
    }
  }

  private final Nothing nothing = new Nothing();

  /// A sink that forgets.
  public NoMetrics() {}

  @Override
  public Counter counter(String name, String help, List<String> labels) {
    return nothing;
  }

  @Override
  public void gauge(String name, String help, DoubleSupplier value) {}

  @Override
  public Histogram histogram(String name, String help, List<String> labels, double... bounds) {
    return nothing;
  }
}
