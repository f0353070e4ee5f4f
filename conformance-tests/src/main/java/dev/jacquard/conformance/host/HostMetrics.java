package dev.jacquard.conformance.host;

import dev.jacquard.spi.MetricSink;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.DoubleSupplier;

/// The naive host's metrics: one sum a name, whatever the labels.
final class HostMetrics implements MetricSink {
  private record Sum(DoubleAdder total) implements Counter, Histogram {
    @Override
    public void add(double amount) {
      total.add(amount);
    }

    @Override
    public void record(double value) {
      total.add(value);
    }

    @Override
    public Sum with(String... labelValues) {
      return this;
    }
  }

  private final Map<String, Sum> sums = new ConcurrentHashMap<>();
  private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

  private Sum sum(String name) {
    return sums.computeIfAbsent(name, _ -> new Sum(new DoubleAdder()));
  }

  @Override
  public Counter counter(String name, String help, List<String> labels) {
    return sum(name);
  }

  @Override
  public void gauge(String name, String help, DoubleSupplier value) {
    gauges.put(name, value);
  }

  @Override
  public Histogram histogram(String name, String help, List<String> labels, double... bounds) {
    return sum(name);
  }

  double value(String name) {
    DoubleSupplier gauge = gauges.get(name);
    return gauge == null ? sum(name).total().sum() : gauge.getAsDouble();
  }
}
