package dev.jacquard.conformance.plugin;

import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Limits;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Values of hint fields that fit their declarations, as a host lets them pass, and are what clients send at their worst: absent, empty, odd, huge.
final class OddHints {
  private static final int MOST = 300;
  private static final double FAR = 1e300;

  private OddHints() {}

  /// Values of one field.
  static List<JsonValue> of(HintField field) {
    Limits limits = field.limits();
    return switch (field.type()) {
      case STRING -> texts(limits);
      case NUMBER -> numbers(limits);
      case BOOLEAN -> List.of(new JsonValue.Bool(true), new JsonValue.Bool(false));
      case STRING_LIST -> lists(limits);
      case OBJECT -> objects(limits);
    };
  }

  /// One field odd, the others absent; for each field and value.
  static List<RequestHints> alone(List<HintField> fields) {
    List<RequestHints> all = new ArrayList<>();
    for (HintField field : fields) {
      for (JsonValue value : of(field)) {
        all.add(new RequestHints(Map.of(field.name(), value)));
      }
    }
    return all;
  }

  /// Each field absent or odd, drawn.
  static RequestHints mixed(List<HintField> fields, SplittableRandom random) {
    Map<String, JsonValue> hints = new LinkedHashMap<>();
    for (HintField field : fields) {
      if (random.nextInt(3) > 0) {
        List<JsonValue> values = of(field);
        hints.put(field.name(), values.get(random.nextInt(values.size())));
      }
    }
    return new RequestHints(hints);
  }

  /// What well-behaved clients send: a few names, a few numbers.
  static RequestHints usual(List<HintField> fields, SplittableRandom random) {
    Map<String, JsonValue> hints = new LinkedHashMap<>();
    for (HintField field : fields) {
      if (random.nextInt(4) > 0) {
        hints.put(field.name(), usual(field, random));
      }
    }
    return new RequestHints(hints);
  }

  private static JsonValue usual(HintField field, SplittableRandom random) {
    Limits limits = field.limits();
    JsonValue name = new JsonValue.Text(cut("name-" + random.nextInt(4), limits));
    return switch (field.type()) {
      case STRING -> name;
      case NUMBER ->
          new JsonValue.Number(Math.clamp(random.nextInt(10), limits.min(), limits.max()));
      case BOOLEAN -> new JsonValue.Bool(random.nextInt(4) == 0);
      case STRING_LIST -> new JsonValue.Array(List.of(name));
      case OBJECT -> new JsonValue.Object(Map.of(cut("about", limits), name));
    };
  }

  private static String cut(String text, Limits limits) {
    return text.substring(0, Math.min(text.length(), limits.maxLength()));
  }

  private static List<JsonValue> texts(Limits limits) {
    int most = Math.min(limits.maxLength(), 4 * MOST);
    List<JsonValue> values = new ArrayList<>();
    for (String text :
        List.of(
            "",
            " ",
            "a",
            "-1",
            "null",
            "../../x",
            "new\nline",
            "\u0000",
            "Ж😀",
            "x".repeat(most))) {
      if (text.codePointCount(0, text.length()) <= limits.maxLength()) {
        values.add(new JsonValue.Text(text));
      }
    }
    return values;
  }

  private static List<JsonValue> numbers(Limits limits) {
    List<JsonValue> values = new ArrayList<>();
    for (double number :
        new double[] {
          limits.min(), limits.max(), 0, -0.0, 1, -1, 0.5, 1e-300, 1L << 53, FAR, -FAR
        }) {
      if (number >= limits.min() && number <= limits.max()) {
        values.add(new JsonValue.Number(number));
      }
    }
    return values;
  }

  private static List<JsonValue> lists(Limits limits) {
    JsonValue one = new JsonValue.Text("a");
    List<JsonValue> values = new ArrayList<>();
    values.add(new JsonValue.Array(List.of()));
    values.add(new JsonValue.Array(List.of(one)));
    values.add(new JsonValue.Array(List.of(new JsonValue.Text(""))));
    if (limits.maxItems() >= 2) {
      values.add(new JsonValue.Array(List.of(one, one)));
    }
    values.add(new JsonValue.Array(Collections.nCopies(Math.min(MOST, limits.maxItems()), one)));
    return values;
  }

  private static List<JsonValue> objects(Limits limits) {
    List<JsonValue> values = new ArrayList<>();
    values.add(new JsonValue.Object(Map.of()));
    values.add(new JsonValue.Object(Map.of("a", new JsonValue.Text("b"))));
    values.add(new JsonValue.Object(Map.of("", new JsonValue.Number(0))));
    JsonValue nested = new JsonValue.Bool(true);
    for (int depth = 0; depth < 12; depth++) {
      nested = new JsonValue.Object(Map.of("a", new JsonValue.Array(List.of(nested))));
    }
    values.add(nested);
    Map<String, JsonValue> many = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(MOST, limits.maxItems()); i++) {
      many.put(cut("k" + i, limits), new JsonValue.Number(i));
    }
    values.add(new JsonValue.Object(many));
    return values;
  }
}
