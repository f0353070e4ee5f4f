package dev.jacquard.spi.request;

import java.util.Map;
import java.util.Optional;

/// The declared hint fields that a request carried, checked against their declarations. Immutable.
public record RequestHints(Map<String, JsonValue> values) {
  /// No hints.
  public static final RequestHints NONE = new RequestHints(Map.of());

  /// Copies `values`.
  public RequestHints {
    values = Map.copyOf(values);
  }

  /// The text of a STRING field.
  public Optional<String> text(String field) {
    return values.get(field) instanceof JsonValue.Text(String value)
        ? Optional.of(value)
        : Optional.empty();
  }

  /// The value of a NUMBER field, or `fallback`.
  public double number(String field, double fallback) {
    return values.get(field) instanceof JsonValue.Number(double value) ? value : fallback;
  }

  /// The value of a BOOLEAN field, or `fallback`.
  public boolean flag(String field, boolean fallback) {
    return values.get(field) instanceof JsonValue.Bool(boolean value) ? value : fallback;
  }
}
