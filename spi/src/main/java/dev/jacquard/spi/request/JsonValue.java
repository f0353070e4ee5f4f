package dev.jacquard.spi.request;

import java.util.List;
import java.util.Map;

/// A JSON value as plain data, so that hints and resources cross the SPI without a JSON library. Immutable. JSON `null` never appears: it means absent.
public sealed interface JsonValue {
  /// A string.
  record Text(String value) implements JsonValue {}

  /// A number; whole numbers up to 2^53 are exact.
  record Number(double value) implements JsonValue {}

  /// `true` or `false`.
  record Bool(boolean value) implements JsonValue {}

  /// An array.
  record Array(List<JsonValue> values) implements JsonValue {
    /// Copies `values`.
    public Array {
      values = List.copyOf(values);
    }
  }

  /// An object; the order of its keys is that of the text.
  record Object(Map<String, JsonValue> values) implements JsonValue {
    /// Copies `values`, keeping their order.
    public Object {
      values = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(values));
    }
  }
}
