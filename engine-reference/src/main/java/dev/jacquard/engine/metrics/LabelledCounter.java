package dev.jacquard.engine.metrics;

import dev.jacquard.spi.MetricSink;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.util.List;

/// A counter and its label sets.
final class LabelledCounter extends Labelled<MetricSink.Counter> implements MetricSink.Counter {
  private final Counter counter;

  LabelledCounter(Counter counter, List<String> labels) {
    super(labels);
    this.counter = counter;
  }

  @Override
  public void add(double amount) {
    counter.inc(amount);
  }

  @Override
  public MetricSink.Counter with(String... labelValues) {
    return set(labelValues);
  }

  /// The sum over all label sets.
  double total() {
    return counter.collect().getDataPoints().stream()
        .mapToDouble(CounterDataPointSnapshot::getValue)
        .sum();
  }

  @Override
  MetricSink.Counter make(List<String> values) {
    CounterDataPoint point = counter.labelValues(values.toArray(new String[0]));
    return new MetricSink.Counter() {
      @Override
      public void add(double amount) {
        point.inc(amount);
      }

      @Override
      public MetricSink.Counter with(String... labelValues) {
        return set(labelValues);
      }
    };
  }
}
