package dev.jacquard.engine.metrics;

import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.error.ConfigurationException;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/// The metrics of one engine: a [MetricSink] over a Prometheus registry of its own. Thread-safe.
public final class PrometheusMetrics implements MetricSink {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Map<String, Object> byName = new ConcurrentHashMap<>();

  /// No metrics yet.
  public PrometheusMetrics() {}

  @Override
  public Counter counter(String name, String help, List<String> labels) {
    return registered(
        name,
        labels,
        LabelledCounter.class,
        () ->
            new LabelledCounter(
                io.prometheus.metrics.core.metrics.Counter.builder()
                    .name(name)
                    .help(help)
                    .labelNames(labels.toArray(new String[0]))
                    .withoutExemplars()
                    .register(registry),
                labels));
  }

  @Override
  public Histogram histogram(String name, String help, List<String> labels, double... bounds) {
    return registered(
        name,
        labels,
        LabelledHistogram.class,
        () ->
            new LabelledHistogram(
                io.prometheus.metrics.core.metrics.Histogram.builder()
                    .name(name)
                    .help(help)
                    .labelNames(labels.toArray(new String[0]))
                    .classicOnly()
                    .classicUpperBounds(bounds)
                    .withoutExemplars()
                    .register(registry),
                labels));
  }

  @Override
  public void gauge(String name, String help, DoubleSupplier value) {
    if (byName.putIfAbsent(name, value) != null) {
      throw taken(name);
    }
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /// A counter that tells the sum over all label sets of the counter `of`; 0 while there is none.
  public void sum(String name, String help, String of) {
    if (byName.putIfAbsent(name, of) != null) {
      throw taken(name);
    }
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback ->
            callback.call(byName.get(of) instanceof LabelledCounter counter ? counter.total() : 0))
        .register(registry);
  }

  /// A gauge that is always 1 and carries facts as labels.
  public void info(String name, String help, Map<String, String> labels) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.keySet().toArray(new String[0]))
        .callback(callback -> callback.call(1, labels.values().toArray(new String[0])))
        .register(registry);
  }

  private <M extends Labelled<?>> M registered(
      String name, List<String> labels, Class<M> kind, java.util.function.Supplier<M> make) {
    Object metric = byName.computeIfAbsent(name, ignored -> make.get());
    if (!kind.isInstance(metric) || !kind.cast(metric).labels().equals(labels)) {
      throw taken(name);
    }
    return kind.cast(metric);
  }

  private static ConfigurationException taken(String name) {
    return new ConfigurationException(
        "metric "
            + name
            + " is registered already with another kind or other labels; choose another name");
  }

  /// All metrics in the Prometheus text format, version 0.0.4.
  public String text() {
    return text(registry.scrape());
  }

  /// As [#text()], where the metrics whose names start with `prefix` carry `labels` too.
  public String text(String prefix, Map<String, String> labels) {
    Labels more = Labels.of(List.copyOf(labels.keySet()), List.copyOf(labels.values()));
    return text(ConstantLabels.add(registry.scrape(), prefix, more));
  }

  private static String text(MetricSnapshots all) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
