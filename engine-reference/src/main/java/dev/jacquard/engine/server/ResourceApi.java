package dev.jacquard.engine.server;

import dev.jacquard.host.Offer;
import dev.jacquard.spi.plugin.ResourceCollection;
import dev.jacquard.spi.request.JsonValue;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/NAME` and `/v1/NAME/ID`: the collections of plugins.
final class ResourceApi {
  private static final String PREFIX = "/v1/";
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  private final Map<String, Offer<ResourceCollection>> collections;
  private final ApiKeys keys;
  private final PluginCalls calls;

  ResourceApi(Map<String, Offer<ResourceCollection>> collections, ApiKeys keys, PluginCalls calls) {
    this.collections = collections;
    this.keys = keys;
    this.calls = calls;
  }

  /// Answers if the path belongs to a collection; false if it does not.
  boolean handle(Exchange exchange) throws InterruptedException {
    String path = exchange.path();
    if (!path.startsWith(PREFIX)) {
      return false;
    }
    int slash = path.indexOf('/', PREFIX.length());
    String name = path.substring(PREFIX.length(), slash < 0 ? path.length() : slash);
    Offer<ResourceCollection> offer = collections.get(name);
    String id = slash < 0 ? "" : path.substring(slash + 1);
    if (offer == null || (slash >= 0 && id.isEmpty()) || id.indexOf('/') >= 0) {
      return false;
    }
    if (slash < 0) {
      list(exchange, offer);
    } else {
      one(exchange, offer, Router.decoded(id));
    }
    return true;
  }

  private void list(Exchange exchange, Offer<ResourceCollection> offer)
      throws InterruptedException {
    Router.allow(exchange, "GET");
    String tenant = keys.tenant(exchange.header("authorization"));
    int limit = limit(exchange.query());
    List<JsonValue.Object> records =
        calls.call(
            exchange,
            offer.plugin(),
            () -> List.copyOf(offer.value().list(tenant, limit))); // a copy: read on this thread
    Router.json(
        exchange,
        written(
            exchange,
            offer,
            () -> PlainJson.list(records.subList(0, Math.min(limit, records.size())))));
  }

  private static int limit(String query) {
    List<String> given =
        new QueryStringDecoder("?" + query).parameters().getOrDefault("limit", List.of());
    if (given.isEmpty()) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(given.getLast());
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // told below, as any other value that does not fit
    }
    throw ApiError.badRequest(
        "limit", "limit is '" + given.getLast() + "'; accepted: 1 to " + MAX_LIMIT);
  }

  private void one(Exchange exchange, Offer<ResourceCollection> offer, String id)
      throws InterruptedException {
    Router.allow(exchange, "GET", "POST", "DELETE");
    String tenant = keys.tenant(exchange.header("authorization"));
    ResourceCollection collection = offer.value();
    switch (exchange.method()) {
      case "POST" -> {
        JsonValue.Object change = RequestBody.parse(exchange.body()).plain();
        record(exchange, offer, id, () -> collection.update(tenant, id, change));
      }
      case "DELETE" -> {
        if (!calls.call(exchange, offer.plugin(), () -> collection.delete(tenant, id))) {
          throw missing(offer, id);
        }
        Router.json(
            exchange, JsonNodeFactory.instance.objectNode().put("id", id).put("deleted", true));
      }
      default -> record(exchange, offer, id, () -> collection.get(tenant, id));
    }
  }

  private void record(
      Exchange exchange,
      Offer<ResourceCollection> offer,
      String id,
      Supplier<Optional<JsonValue.Object>> call)
      throws InterruptedException {
    JsonValue.Object found =
        calls.call(exchange, offer.plugin(), call).orElseThrow(() -> missing(offer, id));
    Router.json(exchange, written(exchange, offer, () -> PlainJson.object(found)));
  }

  /// Records of a plugin's making may hold what no record should, such as null or themselves.
  private ObjectNode written(
      Exchange exchange, Offer<ResourceCollection> offer, Supplier<ObjectNode> write) {
    try {
      return write.get();
    } catch (RuntimeException | StackOverflowError e) {
      throw calls.failed(exchange, offer.plugin(), "answered what cannot be written", e);
    }
  }

  private static ApiError missing(Offer<ResourceCollection> offer, String id) {
    return ApiError.of(404, "there is nothing of the id '" + id + "' in " + PREFIX + offer.name());
  }
}
