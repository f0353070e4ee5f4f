package dev.jacquard.conformance.host;

import dev.jacquard.spi.request.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the JSON that the kit's requests are written in; members that are `null` are left out, as
/// [JsonValue] asks. It refuses nothing: the kit writes correct JSON, without escapes.
final class NaiveJson {
  private final String text;
  private int at;

  private NaiveJson(String text) {
    this.text = text;
  }

  static JsonValue.Object read(String text) {
    return (JsonValue.Object) java.util.Objects.requireNonNull(new NaiveJson(text).value());
  }

  private @Nullable JsonValue value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new JsonValue.Text(string());
      default -> word();
    };
  }

  private char peek() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }

  /// Takes `open` or a comma; false at `close`, which it takes too.
  private boolean more(char close) {
    char here = peek();
    at++;
    return here != close && (here == ',' || peek() != close || text.charAt(at++) != close);
  }

  private JsonValue.Object object() {
    Map<String, JsonValue> values = new LinkedHashMap<>();
    while (more('}')) {
      peek();
      String name = string();
      peek();
      at++;
      JsonValue value = value();
      if (value != null) {
        values.put(name, value);
      }
    }
    return new JsonValue.Object(values);
  }

  private JsonValue.Array array() {
    List<JsonValue> values = new ArrayList<>();
    while (more(']')) {
      JsonValue value = value();
      if (value != null) {
        values.add(value);
      }
    }
    return new JsonValue.Array(values);
  }

  private String string() {
    int end = text.indexOf('"', at + 1);
    String string = text.substring(at + 1, end);
    at = end + 1;
    return string;
  }

  private @Nullable JsonValue word() {
    int from = at;
    while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at).strip();
    return switch (word) {
      case "null" -> null;
      case "true" -> new JsonValue.Bool(true);
      case "false" -> new JsonValue.Bool(false);
      default -> new JsonValue.Number(Double.parseDouble(word));
    };
  }
}
