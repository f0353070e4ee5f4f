package dev.jacquard.conformance.report;

import java.util.List;
import java.util.Map;

/// Plain values as JSON text: maps, lists, strings, numbers and booleans.
final class JsonText {
  private final StringBuilder text = new StringBuilder();

  private JsonText() {}

  static String of(Object value) {
    JsonText writer = new JsonText();
    writer.value(value, 0);
    return writer.text.append('\n').toString();
  }

  private void value(Object value, int depth) {
    switch (value) {
      case Map<?, ?> map when map.isEmpty() -> text.append("{}");
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          line(separator, depth + 1);
          string(String.valueOf(entry.getKey()));
          text.append(": ");
          value(entry.getValue(), depth + 1);
          separator = ",";
        }
        line("", depth);
        text.append('}');
      }
      case List<?> list when list.isEmpty() -> text.append("[]");
      case List<?> list -> {
        String separator = "[";
        for (Object item : list) {
          line(separator, depth + 1);
          value(item, depth + 1);
          separator = ",";
        }
        line("", depth);
        text.append(']');
      }
      case Number number -> text.append(number);
      case Boolean truth -> text.append(truth);
      default -> string(value.toString());
    }
  }

  private void line(String before, int depth) {
    text.append(before).append('\n').append("  ".repeat(depth));
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ' || Character.isSurrogate(c)) {
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
