package dev.jacquard.engine.server;

import dev.jacquard.spi.request.JsonValue;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes the plain data of a plugin as JSON.
final class PlainJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final double EXACT = 1L << 53;

  private PlainJson() {}

  /// `{"object": "list", "data": [...]}`, as OpenAI writes lists.
  static ObjectNode list(List<JsonValue.Object> records) {
    ObjectNode body = NODES.objectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    records.forEach(record -> data.add(object(record)));
    return body;
  }

  static ObjectNode object(JsonValue.Object value) {
    ObjectNode object = NODES.objectNode();
    for (Map.Entry<String, JsonValue> entry : value.values().entrySet()) {
      object.set(entry.getKey(), node(entry.getValue()));
    }
    return object;
  }

  private static JsonNode node(JsonValue value) {
    return switch (value) {
      case JsonValue.Text(String text) -> NODES.stringNode(text);
      case JsonValue.Bool(boolean flag) -> NODES.booleanNode(flag);
      case JsonValue.Number(double number) -> number(number);
      case JsonValue.Array(List<JsonValue> values) -> {
        ArrayNode array = NODES.arrayNode();
        values.forEach(element -> array.add(node(element)));
        yield array;
      }
      case JsonValue.Object object -> object(object);
    };
  }

  private static JsonNode number(double number) {
    if (number == Math.rint(number) && Math.abs(number) <= EXACT) {
      return NODES.numberNode((long) number);
    }
    // JSON has no word for NaN and the infinities: a rate of nothing is not known
    return Double.isFinite(number) ? NODES.numberNode(number) : NODES.nullNode();
  }
}
