package dev.jacquard.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The demo model behind a real server on a free port, and a client.
final class TestServer implements AutoCloseable {
  static final ServerConfig CONFIG =
      new ServerConfig(
          "127.0.0.1",
          0,
          List.of(),
          1 << 20,
          Duration.ofSeconds(30),
          ServerConfig.READ_TIMEOUT,
          ServerConfig.MAX_CONNECTIONS,
          ServerConfig.PLUGIN_TIMEOUT);
  static final String COMPLETIONS = "/v1/completions";
  static final String CHAT = "/v1/chat/completions";
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final Engine engine;
  final HttpServer server;
  final HttpClient client = HttpClient.newHttpClient(); // asks for h2c, as libraries do

  private TestServer(Engine engine, ServerConfig config) {
    this.engine = engine;
    server = HttpServer.start(engine, config);
  }

  /// [#CONFIG] with API keys.
  static ServerConfig keys(String... keys) {
    return new ServerConfig(
        CONFIG.host(),
        0,
        List.of(keys),
        CONFIG.maxBodyBytes(),
        CONFIG.drain(),
        CONFIG.readTimeout(),
        CONFIG.maxConnections(),
        CONFIG.pluginTimeout());
  }

  static TestServer start() {
    return start(small().build(), CONFIG);
  }

  static TestServer start(EngineConfig engine, ServerConfig config) {
    return new TestServer(Engine.open(engine), config);
  }

  /// A small cache of the demo model.
  static EngineConfig.Builder small() {
    return EngineConfig.builder().maxModelLength(512).deviceBlocks(160).maxSequences(32);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(path, body, headers), BodyHandlers.ofString());
  }

  HttpRequest request(String path, String body, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    return builder.build();
  }

  /// The answer to a request that succeeds.
  JsonNode ask(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response = post(path, body);
    assertEquals(200, response.statusCode(), response.body());
    assertEquals("application/json", response.headers().firstValue("content-type").orElse(""));
    return json(response.body());
  }

  /// The events of a stream that succeeds, without `[DONE]`.
  List<JsonNode> stream(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response = post(path, body);
    assertEquals(200, response.statusCode(), response.body());
    return events(response.body());
  }

  static List<JsonNode> events(String text) {
    List<String> events = text.lines().filter(line -> !line.isEmpty()).toList();
    events.forEach(e -> assertEquals("data: ", e.substring(0, 6), "every event is one data line"));
    assertEquals("data: [DONE]", events.getLast());
    return events.subList(0, events.size() - 1).stream().map(e -> json(e.substring(6))).toList();
  }

  static JsonNode json(String text) {
    return MAPPER.readTree(text);
  }

  /// Writes bytes to a fresh connection that reads no longer than a minute.
  Socket raw(String text) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  /// A POST as it goes over the wire.
  static String wire(String path, String body, String... headerLines) {
    StringBuilder text = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: test\r\n");
    for (String line : headerLines) {
      text.append(line).append("\r\n");
    }
    return text.append("Content-Length: ")
        .append(body.getBytes(StandardCharsets.UTF_8).length)
        .append("\r\n\r\n")
        .append(body)
        .toString();
  }

  /// Waits for something that must come true soon.
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("waited in vain until " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  void awaitIdle() {
    await(
        "nothing runs and all blocks are free, but " + engine.status(),
        () ->
            engine.status().running() == 0
                && engine.status().waiting() == 0
                && engine.status().usedBlocks() == 0
                && engine.runtime().admission().taken() == 0);
  }

  @Override
  public void close() {
    client.close();
    server.close();
    engine.close();
  }
}
