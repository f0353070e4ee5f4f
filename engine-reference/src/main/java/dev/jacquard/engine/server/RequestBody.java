package dev.jacquard.engine.server;

import dev.jacquard.spi.request.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A request's JSON, read field by field. An explicit `null` is absent; a value of another kind is an error that names the field, the value and what is accepted.
final class RequestBody {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .build();
  private static final int SHOWN = 60;

  private final ObjectNode json;

  private RequestBody(ObjectNode json) {
    this.json = json;
  }

  /// Parses a body.
  ///
  /// @throws ApiError 400 when it is not a JSON object
  static RequestBody parse(byte[] bytes) {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      if (node instanceof ObjectNode object) {
        return new RequestBody(object);
      }
      throw ApiError.badRequest(null, "the request body must be a JSON object");
    } catch (JacksonException e) {
      throw ApiError.badRequest(
          null, "the request body is not valid JSON: " + e.getOriginalMessage());
    }
  }

  /// A field, or null when it is absent or `null`.
  @Nullable JsonNode get(String field) {
    JsonNode node = json.get(field);
    return node == null || node.isNull() ? null : node;
  }

  /// A nested object as a body of its own, or null.
  @Nullable RequestBody object(String field) {
    JsonNode node = get(field);
    if (node == null) {
      return null;
    }
    if (node instanceof ObjectNode object) {
      return new RequestBody(object);
    }
    throw wrong(field, node, "an object");
  }

  @Nullable String text(String field) {
    JsonNode node = get(field);
    if (node != null && !node.isString()) {
      throw wrong(field, node, "a string");
    }
    return node == null ? null : node.stringValue();
  }

  boolean flag(String field, boolean fallback) {
    JsonNode node = get(field);
    if (node != null && !node.isBoolean()) {
      throw wrong(field, node, "true or false");
    }
    return node == null ? fallback : node.booleanValue();
  }

  OptionalInt whole(String field) {
    JsonNode node = get(field);
    if (node == null) {
      return OptionalInt.empty();
    }
    if (!node.isNumber()
        || node.doubleValue() != Math.rint(node.doubleValue())
        || Math.abs(node.doubleValue()) > Integer.MAX_VALUE) {
      throw wrong(field, node, "a whole number");
    }
    return OptionalInt.of((int) node.doubleValue());
  }

  /// A whole number of at least 0.
  OptionalInt count(String field) {
    OptionalInt value = whole(field);
    if (value.isPresent() && value.getAsInt() < 0) {
      throw ApiError.badRequest(
          field, field + " is " + value.getAsInt() + "; accepted: at least 0");
    }
    return value;
  }

  @Nullable Long longNumber(String field) {
    JsonNode node = get(field);
    if (node != null && !(node.isIntegralNumber() && node.canConvertToLong())) {
      throw wrong(field, node, "a whole number of 64 bits");
    }
    return node == null ? null : node.longValue();
  }

  OptionalDouble number(String field) {
    JsonNode node = get(field);
    if (node == null) {
      return OptionalDouble.empty();
    }
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw wrong(field, node, "a number");
    }
    return OptionalDouble.of(node.doubleValue());
  }

  List<Integer> wholes(String field) {
    JsonNode node = get(field);
    if (node == null) {
      return List.of();
    }
    List<Integer> values = new ArrayList<>();
    for (JsonNode element : array(field, node)) {
      if (!element.isIntegralNumber() || !element.canConvertToInt()) {
        throw wrong(field, element, "a list of whole numbers");
      }
      values.add(element.intValue());
    }
    return values;
  }

  /// A string or a list of strings.
  List<String> texts(String field) {
    JsonNode node = get(field);
    if (node == null) {
      return List.of();
    }
    if (node.isString()) {
      return List.of(node.stringValue());
    }
    List<String> values = new ArrayList<>();
    for (JsonNode element : array(field, node)) {
      if (!element.isString()) {
        throw wrong(field, element, "a string or a list of strings");
      }
      values.add(element.stringValue());
    }
    return values;
  }

  static JsonNode array(String field, JsonNode node) {
    if (!node.isArray()) {
      throw wrong(field, node, "a list");
    }
    return node;
  }

  /// Refuses a field this version cannot honour, unless it says nothing.
  void unsupported(String field) {
    JsonNode node = get(field);
    boolean empty =
        node == null
            || (node.isContainer() && node.isEmpty())
            || (node.isBoolean() && !node.booleanValue());
    if (!empty) {
      throw ApiError.badRequest(
          field, field + " is not supported by this version of the server; leave it out");
    }
  }

  static ApiError wrong(String field, JsonNode value, String accepted) {
    String shown = value.toString();
    return ApiError.badRequest(
        field,
        field
            + " is "
            + (shown.length() > SHOWN ? shown.substring(0, SHOWN) + "…" : shown)
            + "; it must be "
            + accepted);
  }

  /// The whole body as plain data without nulls, for hints.
  JsonValue.Object plain() {
    return (JsonValue.Object) Objects.requireNonNull(plain(json));
  }

  private static @Nullable JsonValue plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, JsonValue> values = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        JsonValue value = plain(entry.getValue());
        if (value != null) {
          values.put(entry.getKey(), value);
        }
      }
      return new JsonValue.Object(values);
    }
    if (node.isArray()) {
      List<JsonValue> values = new ArrayList<>();
      for (JsonNode element : node) {
        JsonValue value = plain(element);
        if (value != null) {
          values.add(value);
        }
      }
      return new JsonValue.Array(values);
    }
    if (node.isString()) {
      return new JsonValue.Text(node.stringValue());
    }
    if (node.isNumber()) {
      return new JsonValue.Number(node.doubleValue());
    }
    return node.isBoolean() ? new JsonValue.Bool(node.booleanValue()) : null;
  }
}
