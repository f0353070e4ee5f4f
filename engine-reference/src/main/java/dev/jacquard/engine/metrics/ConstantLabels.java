package dev.jacquard.engine.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/// Labels that every metric of a family carries. They are written when somebody reads the metrics: what counts need not know the model's name.
final class ConstantLabels {
  private ConstantLabels() {}

  /// `all`, where the metrics whose names start with `prefix` carry `labels` too.
  static MetricSnapshots add(MetricSnapshots all, String prefix, Labels labels) {
    return new MetricSnapshots(
        all.stream()
            .map(one -> one.getMetadata().getName().startsWith(prefix) ? add(one, labels) : one)
            .toList());
  }

  private static MetricSnapshot add(MetricSnapshot metric, Labels labels) {
    return switch (metric) {
      case CounterSnapshot counter ->
          new CounterSnapshot(
              counter.getMetadata(),
              counter.getDataPoints().stream()
                  .map(point ->
                      new CounterDataPointSnapshot(
                          point.getValue(),
                          point.getLabels().merge(labels),
                          null,
                          point.getCreatedTimestampMillis()))
                  .toList());
      case GaugeSnapshot gauge ->
          new GaugeSnapshot(
              gauge.getMetadata(),
              gauge.getDataPoints().stream()
                  .map(point ->
                      new GaugeDataPointSnapshot(
                          point.getValue(), point.getLabels().merge(labels), null))
                  .toList());
      case HistogramSnapshot histogram ->
          new HistogramSnapshot(
              histogram.getMetadata(),
              histogram.getDataPoints().stream()
                  .map(point ->
                      new HistogramDataPointSnapshot(
                          point.getClassicBuckets(),
                          point.getSum(),
                          point.getLabels().merge(labels),
                          point.getExemplars(),
                          point.getCreatedTimestampMillis()))
                  .toList());
      default -> metric; // the sink makes no other kind
    };
  }
}
