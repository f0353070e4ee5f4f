package dev.jacquard.engine.server;

import dev.jacquard.engine.Engine;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/models`: the one model an engine serves.
final class ModelsApi {
  private final Engine engine;
  private final long created = System.currentTimeMillis() / 1000;

  ModelsApi(Engine engine) {
    this.engine = engine;
  }

  ObjectNode list() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("object", "list");
    body.putArray("data").add(card());
    return body;
  }

  ObjectNode get(String name) {
    requireServed(engine, name);
    return card();
  }

  private ObjectNode card() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", engine.modelName())
        .put("object", "model")
        .put("created", created)
        .put("owned_by", "jacquard")
        .put("root", engine.modelName())
        .putNull("parent")
        .put("max_model_len", engine.maxModelLength());
  }

  static void requireServed(Engine engine, String name) {
    if (!name.equals(engine.modelName())) {
      throw ApiError.unknownModel(
          "model '" + name + "' is not served here; this server has '" + engine.modelName() + "'");
    }
  }
}
