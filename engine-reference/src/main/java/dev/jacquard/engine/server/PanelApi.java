package dev.jacquard.engine.server;

import dev.jacquard.host.Offer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/panels` and `/panels/ID/FILE`: static pages of plugins. Without a key, since a browser cannot send one with a link: what is secret is behind the API that a page asks.
final class PanelApi {
  private static final String PREFIX = "/panels/";

  private final Map<String, Offer<Panel>> panels;

  PanelApi(Map<String, Offer<Panel>> panels) {
    this.panels = panels;
  }

  /// Answers if the path is a panel's or the index; false if it is not.
  boolean handle(Exchange exchange) {
    String path = exchange.path();
    if (path.equals("/panels")) {
      Router.allow(exchange, "GET");
      Router.json(exchange, index());
      return true;
    }
    if (!path.startsWith(PREFIX)) {
      return false;
    }
    int slash = path.indexOf('/', PREFIX.length());
    Offer<Panel> panel =
        panels.get(path.substring(PREFIX.length(), slash < 0 ? path.length() : slash));
    if (panel == null) {
      return false;
    }
    if (slash < 0) {
      Router.allow(exchange, "GET");
      // the links of the page are relative to its folder
      exchange.respond(308, "text/plain", new byte[0], List.of("Location", path + "/"));
      return true;
    }
    String name = Router.decoded(path.substring(slash + 1));
    byte[] file = panel.value().files().get(name.isEmpty() ? "index.html" : name);
    if (file == null) {
      return false;
    }
    Router.allow(exchange, "GET");
    exchange.respond(
        200,
        contentType(name.isEmpty() ? "index.html" : name),
        file,
        List.of("Cache-Control", "no-cache", "X-Content-Type-Options", "nosniff"));
    return true;
  }

  private ObjectNode index() {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    for (Offer<Panel> panel : panels.values()) {
      data.addObject()
          .put("id", panel.name())
          .put("title", panel.value().title())
          .put("plugin", panel.plugin().id())
          .put("path", PREFIX + panel.name() + "/");
    }
    return body;
  }

  private static String contentType(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (ending) {
      case "html", "htm" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js", "mjs" -> "text/javascript; charset=utf-8";
      case "json", "map" -> "application/json";
      case "txt", "md" -> "text/plain; charset=utf-8";
      case "svg" -> "image/svg+xml";
      case "png" -> "image/png";
      case "jpg", "jpeg" -> "image/jpeg";
      case "gif" -> "image/gif";
      case "webp" -> "image/webp";
      case "ico" -> "image/x-icon";
      case "woff" -> "font/woff";
      case "woff2" -> "font/woff2";
      case "wasm" -> "application/wasm";
      default -> "application/octet-stream";
    };
  }
}
