package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.kernel.KernelContext;
import java.util.List;
import java.util.function.DoubleSupplier;

/// The host of a backend on the bench: some threads, a clock that stands, metrics that nobody reads.
record KernelHost(int threads, EngineClock clock) implements KernelContext {
  KernelHost(int threads) {
    this(threads, new ManualClock());
  }

  @Override
  public MetricSink metrics() {
    return new Unread();
  }

  @Override
  public <T> T instance(Class<T> type) {
    throw new ClassCastException("no plugin was opened for this backend: wanted " + type.getName());
  }

  private record Unread() implements MetricSink {
    @Override
    public Counter counter(String name, String help, List<String> labels) {
      return new NoCounter();
    }

    @Override
    public void gauge(String name, String help, DoubleSupplier value) {}

    @Override
    public Histogram histogram(String name, String help, List<String> labels, double... bounds) {
      return new NoHistogram();
    }
  }

  private record NoCounter() implements MetricSink.Counter {
    @Override
    public void add(double amount) {}

    @Override
    public MetricSink.Counter with(String... labelValues) {
      return this;
    }
  }

  private record NoHistogram() implements MetricSink.Histogram {
    @Override
    public void record(double value) {}

    @Override
    public MetricSink.Histogram with(String... labelValues) {
      return this;
    }
  }
}
