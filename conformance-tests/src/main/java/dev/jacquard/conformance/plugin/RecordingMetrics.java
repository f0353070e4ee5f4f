package dev.jacquard.conformance.plugin;

import dev.jacquard.spi.MetricSink;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/// Metrics that look at what is registered and recorded instead of adding it up. Any thread.
final class RecordingMetrics implements MetricSink {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL = Pattern.compile("(?!__)[a-zA-Z_][a-zA-Z0-9_]*");

  private record Shape(String kind, List<String> labels, List<Double> bounds) {}

  private final Map<String, Shape> shapes = new ConcurrentHashMap<>();
  private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  /// What was wrong so far.
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /// The gauges by name.
  Map<String, DoubleSupplier> gauges() {
    return new LinkedHashMap<>(gauges);
  }

  @Override
  public Counter counter(String name, String help, List<String> labels) {
    register("counter", name, help, labels, new double[0]);
    return new Metric(name, List.copyOf(labels), false);
  }

  @Override
  public void gauge(String name, String help, DoubleSupplier value) {
    register("gauge", name, help, List.of(), new double[0]);
    gauges.put(name, value);
  }

  @Override
  public Histogram histogram(String name, String help, List<String> labels, double... bounds) {
    register("histogram", name, help, labels, bounds);
    for (int i = 0; i < bounds.length; i++) {
      if (Double.isNaN(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) {
        complain(
            "histogram('"
                + name
                + "') has the bounds "
                + Arrays.toString(bounds)
                + ", which do not ascend");
      }
    }
    return new Metric(name, List.copyOf(labels), false);
  }

  private void register(
      String kind, String name, String help, List<String> labels, double[] bounds) {
    if (name == null || !NAME.matcher(name).matches()) {
      complain(
          kind
              + "('"
              + name
              + "'): the name does not match "
              + NAME.pattern()
              + ", the form of Prometheus");
      return;
    }
    if (help == null) {
      complain(kind + "('" + name + "') has no help text");
    }
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        complain(kind + "('" + name + "'): the label '" + label + "' does not match " + LABEL);
      }
    }
    if (labels.stream().distinct().count() < labels.size()) {
      complain(kind + "('" + name + "') has a label twice: " + labels);
    }
    Shape shape = new Shape(kind, List.copyOf(labels), Arrays.stream(bounds).boxed().toList());
    Shape other = shapes.putIfAbsent(name, shape);
    if (other != null && !other.equals(shape)) {
      complain(
          "'"
              + name
              + "' was registered as a "
              + other.kind()
              + " with the labels "
              + other.labels()
              + " and the bounds "
              + other.bounds()
              + ", then as a "
              + kind
              + " with the labels "
              + labels
              + " and the bounds "
              + shape.bounds());
    }
  }

  private void complain(String what) {
    complaints.add(what);
  }

  private final class Metric implements Counter, Histogram {
    private final String name;
    private final List<String> labels;
    private final boolean chosen;

    Metric(String name, List<String> labels, boolean chosen) {
      this.name = name;
      this.labels = labels;
      this.chosen = chosen;
    }

    @Override
    public void add(double amount) {
      requireSet("add(" + amount + ")");
      if (!(amount >= 0) || Double.isInfinite(amount)) {
        complain("add(" + amount + ") to the counter '" + name + "', which only grows");
      }
    }

    @Override
    public void record(double value) {
      requireSet("record(" + value + ")");
      if (Double.isNaN(value)) {
        complain("record(NaN) in the histogram '" + name + "'");
      }
    }

    private void requireSet(String call) {
      if (!labels.isEmpty() && !chosen) {
        complain(
            call
                + " on '"
                + name
                + "' without values for its labels "
                + labels
                + ": call with(...) first");
      }
    }

    @Override
    public Metric with(String... values) {
      if (chosen || values.length != labels.size() || Arrays.asList(values).contains(null)) {
        complain(
            "with("
                + String.join(", ", Arrays.stream(values).map(String::valueOf).toList())
                + ") on '"
                + name
                + "', whose labels are "
                + labels);
      }
      return new Metric(name, labels, true);
    }
  }
}
