package dev.jacquard.host;

import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Limits;
import dev.jacquard.spi.request.JsonValue;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One value of a hint field, checked against the declaration.
///
/// @param field the declaration
/// @param place where the client wrote the value, for messages
record HintValue(HintField field, String place) {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_SHOWN = 60;
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  /// `value` if it has the declared type and keeps the limits.
  JsonValue check(JsonValue value) {
    boolean typed =
        switch (field.type()) {
          case STRING -> value instanceof JsonValue.Text;
          case NUMBER -> value instanceof JsonValue.Number;
          case BOOLEAN -> value instanceof JsonValue.Bool;
          case STRING_LIST ->
              value instanceof JsonValue.Array(var values)
                  && values.stream().allMatch(JsonValue.Text.class::isInstance);
          case OBJECT -> value instanceof JsonValue.Object;
        };
    if (!typed) {
      throw reject(value, "is not " + expected());
    }
    limit(value, 0);
    return value;
  }

  /// The value a header's text stands for: numbers and `true`/`false` as in JSON, lists with commas.
  JsonValue parse(String text) {
    JsonValue whole = new JsonValue.Text(text);
    JsonValue value =
        switch (field.type()) {
          case STRING -> whole;
          case NUMBER ->
              DECIMAL.matcher(text).matches()
                  ? new JsonValue.Number(Double.parseDouble(text))
                  : whole;
          case BOOLEAN ->
              switch (text) {
                case "true", "1" -> new JsonValue.Bool(true);
                case "false", "0" -> new JsonValue.Bool(false);
                default -> whole;
              };
          case STRING_LIST ->
              new JsonValue.Array(
                  Arrays.stream(text.split(","))
                      .map(String::strip)
                      .filter(item -> !item.isEmpty())
                      .map(item -> (JsonValue) new JsonValue.Text(item))
                      .toList());
          case OBJECT -> whole;
        };
    return check(value);
  }

  RequestRejectedException reject(JsonValue value, String why) {
    return new RequestRejectedException(
        StandardErrorCode.INVALID_REQUEST,
        place,
        place
            + ": "
            + show(value)
            + " "
            + why
            + ". Send "
            + expected()
            + " as '"
            + field.name()
            + "', or leave it out.");
  }

  private void limit(JsonValue value, int depth) {
    Limits limits = field.limits();
    if (depth > MAX_DEPTH) {
      throw reject(value, "is nested more than " + MAX_DEPTH + " deep");
    }
    switch (value) {
      case JsonValue.Text(String text) -> limitLength(value, text);
      case JsonValue.Number(double number) -> {
        if (!Double.isFinite(number) || number < limits.min() || number > limits.max()) {
          throw reject(
              value, "is not between " + plain(limits.min()) + " and " + plain(limits.max()));
        }
      }
      case JsonValue.Bool _ -> {}
      case JsonValue.Array(var values) -> {
        limitItems(value, values.size());
        values.forEach(item -> limit(item, depth + 1));
      }
      case JsonValue.Object(var values) -> {
        limitItems(value, values.size());
        values.forEach((name, member) -> {
          limitLength(value, name);
          limit(member, depth + 1);
        });
      }
    }
  }

  private void limitLength(JsonValue value, String text) {
    int max = field.limits().maxLength();
    // Counting code points of a huge text only to refuse it would be wasted work.
    if (text.length() > 2L * max || text.codePointCount(0, text.length()) > max) {
      throw reject(value, "has a text of more than " + max + " characters");
    }
  }

  private void limitItems(JsonValue value, int items) {
    if (items > field.limits().maxItems()) {
      throw reject(value, "has more than " + field.limits().maxItems() + " items");
    }
  }

  private String expected() {
    Limits limits = field.limits();
    return switch (field.type()) {
      case STRING -> "a string of at most " + limits.maxLength() + " characters";
      case NUMBER -> {
        boolean below = limits.max() < Double.MAX_VALUE;
        boolean above = limits.min() > -Double.MAX_VALUE;
        yield "a number"
            + (above && below
                ? " from " + plain(limits.min()) + " to " + plain(limits.max())
                : above
                    ? " of at least " + plain(limits.min())
                    : below ? " of at most " + plain(limits.max()) : "");
      }
      case BOOLEAN -> "true or false";
      case STRING_LIST -> "a list of at most " + limits.maxItems() + " strings";
      case OBJECT -> "an object";
    };
  }

  private static String show(JsonValue value) {
    return switch (value) {
      case JsonValue.Text(String text) -> '"' + shorten(text) + '"';
      case JsonValue.Number(double number) -> plain(number);
      case JsonValue.Bool(boolean bool) -> String.valueOf(bool);
      case JsonValue.Array(var values) ->
          values.stream()
              .limit(3)
              .map(HintValue::brief)
              .collect(Collectors.joining(", ", "[", values.size() > 3 ? ", …]" : "]"));
      case JsonValue.Object(Map<String, JsonValue> values) ->
          values.keySet().stream()
              .limit(3)
              .map(name -> '"' + shorten(name) + '"' + ": …")
              .collect(Collectors.joining(", ", "{", values.size() > 3 ? ", …}" : "}"));
    };
  }

  private static String brief(JsonValue value) {
    return switch (value) {
      case JsonValue.Array _ -> "[…]";
      case JsonValue.Object _ -> "{…}";
      case JsonValue.Text _, JsonValue.Number _, JsonValue.Bool _ -> show(value);
    };
  }

  private static String shorten(String text) {
    int end =
        text.length() <= MAX_SHOWN ? text.length() : text.offsetByCodePoints(0, MAX_SHOWN / 2);
    String shown = text.substring(0, end).replaceAll("\\p{Cntrl}", "?");
    return end < text.length() ? shown + "…" : shown;
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? String.valueOf((long) number)
        : String.valueOf(number);
  }
}
