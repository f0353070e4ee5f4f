package dev.jacquard.engine.server;

import dev.jacquard.engine.Engine;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Finds who answers a request, and turns every failure into an error answer. Thread-safe.
final class Router {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);
  private static final String JSON = "application/json";

  /// What follows `/v1/` in the paths below.
  private static final Set<String> OWN = Set.of("models", "completions", "chat");

  private final Engine engine;
  private final ApiKeys keys;
  private final GenerationApi completions;
  private final GenerationApi chat;
  private final ModelsApi models;
  private final ResourceApi resources;
  private final PanelApi panels;
  private final Set<Exchange> running = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /// @throws dev.jacquard.spi.error.ConfigurationException when plugins stand in each other's way or the server's
  Router(Engine engine, ServerConfig config) {
    this.engine = engine;
    keys = new ApiKeys(config.apiKeys());
    completions = new GenerationApi(engine, new CompletionsDialect(engine));
    chat = new GenerationApi(engine, new ChatDialect(engine));
    models = new ModelsApi(engine);
    Contributions plugins = Contributions.of(engine.runtime().plugins().instances(), OWN);
    resources =
        new ResourceApi(plugins.resources(), keys, new PluginCalls(engine, config.pluginTimeout()));
    panels = new PanelApi(plugins.panels());
  }

  /// Has a virtual thread answer. What comes before the drain is counted before this returns, so that the drain waits for it.
  void begin(Exchange exchange) {
    if (draining) {
      exchange.closeAfter();
    } else {
      running.add(exchange);
    }
    Thread.ofVirtual().name("jacquard-request").start(() -> handle(exchange));
  }

  private void handle(Exchange exchange) {
    try {
      route(exchange);
    } catch (Exchange.ClientGoneException e) {
      LOG.debug("client left during {}", exchange.path());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fail(exchange, e);
    } finally {
      exchange.whenOver(() -> running.remove(exchange));
    }
  }

  private void fail(Exchange exchange, Throwable failure) {
    ApiError error = ApiError.from(failure);
    if (error.fault(failure)) {
      LOG.error("{} {} failed", exchange.method(), exchange.path(), failure);
    }
    if (!exchange.started()) {
      answer(exchange, error);
    }
  }

  private static void answer(Exchange exchange, ApiError error) {
    byte[] body = error.json().toString().getBytes(StandardCharsets.UTF_8);
    exchange.respond(error.status(), JSON, body, error.headers());
  }

  private void route(Exchange exchange) throws InterruptedException {
    ApiError refusal = exchange.refusal();
    if (refusal != null) {
      throw refusal;
    }
    switch (exchange.path()) {
      case "/health" -> {
        allow(exchange, "GET");
        health(exchange, engine.status().serving());
      }
      case "/ready" -> {
        allow(exchange, "GET");
        health(exchange, engine.status().serving() && !draining);
      }
      case "/metrics" -> {
        allow(exchange, "GET");
        byte[] text = engine.metrics().getBytes(StandardCharsets.UTF_8);
        exchange.respond(200, "text/plain; version=0.0.4; charset=utf-8", text, List.of());
      }
      case "/version" -> {
        allow(exchange, "GET");
        json(exchange, object().put("version", Version.current()));
      }
      case "/v1/models" -> {
        allow(exchange, "GET");
        keys.tenant(exchange.header("authorization"));
        json(exchange, models.list());
      }
      case "/v1/completions" -> generate(exchange, completions);
      case "/v1/chat/completions" -> generate(exchange, chat);
      default -> other(exchange);
    }
  }

  private void other(Exchange exchange) throws InterruptedException {
    String path = exchange.path();
    if (path.startsWith("/v1/models/")) {
      allow(exchange, "GET");
      keys.tenant(exchange.header("authorization"));
      json(exchange, models.get(decoded(path.substring("/v1/models/".length()))));
      return;
    }
    if (resources.handle(exchange) || panels.handle(exchange)) {
      return;
    }
    throw ApiError.of(404, "there is nothing at " + path + "; the API begins at /v1/");
  }

  /// A piece of a path as it was before it was encoded.
  static String decoded(String name) {
    try {
      return QueryStringDecoder.decodeComponent(name.replace("+", "%2B"));
    } catch (IllegalArgumentException e) {
      throw ApiError.of(400, "the address is not encoded well: " + e.getMessage());
    }
  }

  private void generate(Exchange exchange, GenerationApi api) throws InterruptedException {
    allow(exchange, "POST");
    String tenant = keys.tenant(exchange.header("authorization"));
    if (draining) {
      throw ApiError.of(503, "the server is shutting down; try another one");
    }
    api.handle(exchange, tenant);
  }

  /// Refuses other methods; whoever takes GET takes HEAD.
  static void allow(Exchange exchange, String... methods) {
    List<String> takes = List.of(methods);
    String sent = exchange.method().equals("HEAD") ? "GET" : exchange.method();
    if (!takes.contains(sent)) {
      throw ApiError.wrongMethod(exchange.path(), takes, exchange.method());
    }
  }

  private static void health(Exchange exchange, boolean fine) {
    if (!fine) {
      throw ApiError.of(503, "the engine takes no requests");
    }
    json(exchange, object().put("status", "ok"));
  }

  static void json(Exchange exchange, JsonNode body) {
    exchange.respond(200, JSON, body.toString().getBytes(StandardCharsets.UTF_8), List.of());
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /// From now on generation is refused and `/ready` says no.
  void drain() {
    draining = true;
  }

  /// Waits until no request runs; false when `patience` ran out first.
  boolean awaitIdle(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!running.isEmpty()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /// Cancels what runs; answers end as aborted.
  void abortAll() {
    running.forEach(Exchange::cancel);
  }
}
