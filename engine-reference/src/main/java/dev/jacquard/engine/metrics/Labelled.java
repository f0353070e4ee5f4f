package dev.jacquard.engine.metrics;

import dev.jacquard.spi.MetricSink;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The label sets of one metric, bounded: sets beyond the bound share the value `other`.
abstract class Labelled<T> {
  private final List<String> labels;
  private final Map<List<String>, T> sets = new ConcurrentHashMap<>();

  Labelled(List<String> labels) {
    this.labels = List.copyOf(labels);
  }

  final List<String> labels() {
    return labels;
  }

  final T set(String... values) {
    if (values.length != labels.size()) {
      throw new IllegalArgumentException(
          "labels " + labels + " need " + labels.size() + " values, not " + values.length);
    }
    List<String> key = List.of(values);
    T known = sets.get(key);
    if (known != null) {
      return known;
    }
    List<String> bounded =
        sets.size() < MetricSink.MAX_LABEL_SETS ? key : Collections.nCopies(labels.size(), "other");
    return sets.computeIfAbsent(bounded, this::make);
  }

  abstract T make(List<String> values);
}
