package dev.jacquard.engine.metrics;

import dev.jacquard.spi.MetricSink;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;

/// A histogram and its label sets.
final class LabelledHistogram extends Labelled<MetricSink.Histogram>
    implements MetricSink.Histogram {
  private final Histogram histogram;

  LabelledHistogram(Histogram histogram, List<String> labels) {
    super(labels);
    this.histogram = histogram;
  }

  @Override
  public void record(double value) {
    histogram.observe(value);
  }

  @Override
  public MetricSink.Histogram with(String... labelValues) {
    return set(labelValues);
  }

  @Override
  MetricSink.Histogram make(List<String> values) {
    DistributionDataPoint point = histogram.labelValues(values.toArray(new String[0]));
    return new MetricSink.Histogram() {
      @Override
      public void record(double value) {
        point.observe(value);
      }

      @Override
      public MetricSink.Histogram with(String... labelValues) {
        return set(labelValues);
      }
    };
  }
}
