package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.spi.error.ConfigurationException;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// The collections of a plugin in a jar, over HTTP.
class PluginResourcesTest {
  private static final Map<String, String> FILES = Map.of("panel/index.html", "<p>notes</p>");
  private static final String RED = "Bearer red";
  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(PluginJars.engine(folder, FILES).build(), TestServer.keys("red", "blue"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> send(String method, String path, String body, String key)
      throws IOException, InterruptedException {
    return server.client.send(request(server, method, path, body, key), BodyHandlers.ofString());
  }

  private static HttpRequest request(
      TestServer server, String method, String path, String body, String key) {
    return HttpRequest.newBuilder(server.uri(path))
        .header("Authorization", key)
        .method(method, BodyPublishers.ofString(body))
        .build();
  }

  private static JsonNode error(HttpResponse<String> response, int status) {
    assertEquals(status, response.statusCode(), response.body());
    return TestServer.json(response.body()).get("error");
  }

  @Test
  void aTenantSeesChangesAndDeletesItsOwnRecordsOnly() throws Exception {
    String path = "/v1/records/a%2Fb%20c";
    assertEquals(404, send("GET", path, "", RED).statusCode());
    HttpResponse<String> changed =
        send("POST", path, "{\"text\": \"x\", \"n\": [1, 2.5], \"absent\": null}", RED);
    assertEquals(200, changed.statusCode(), changed.body());
    assertEquals("{\"text\":\"x\",\"n\":[1,2.5]}", changed.body());
    HttpResponse<String> got = send("GET", path, "", RED);
    assertEquals(changed.body(), got.body());
    assertEquals("application/json", got.headers().firstValue("content-type").orElse(""));
    assertEquals(
        "{\"object\":\"list\",\"data\":[{\"text\":\"x\",\"n\":[1,2.5]}]}",
        send("GET", "/v1/records", "", RED).body());
    // another tenant's do not exist
    String blue = "Bearer blue";
    assertEquals(404, send("GET", path, "", blue).statusCode());
    assertEquals(404, send("DELETE", path, "", blue).statusCode());
    assertEquals("{\"object\":\"list\",\"data\":[]}", send("GET", "/v1/records", "", blue).body());
    assertEquals("{\"id\":\"a/b c\",\"deleted\":true}", send("DELETE", path, "", RED).body());
    assertTrue(
        error(send("DELETE", path, "", RED), 404).get("message").stringValue().contains("a/b c"));
  }

  @Test
  void aCallRunsOnTheEngineThreadWithThePluginsLoaderAndItsNumbersAreWritten() throws Exception {
    HttpResponse<String> all = send("GET", "/v1/records/all", "", RED);
    assertEquals(
        "{\"thread\":\"jacquard-engine\",\"loader\":\"plugin:records\","
            + "\"whole\":9007199254740992,\"half\":0.5,\"unknown\":null,\"list\":[false,{}]}",
        all.body());
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/v1/records,'GET, HEAD'",
    "POST,/v1/records,'GET, HEAD'",
    "PATCH,/v1/records/x,'GET, HEAD, POST, DELETE'",
    "PUT,/v1/records/x,'GET, HEAD, POST, DELETE'"
  })
  void wrongMethodsAreTold(String method, String path, String allow) throws Exception {
    HttpResponse<String> response = send(method, path, "{}", RED);
    assertTrue(error(response, 405).get("message").stringValue().contains(method));
    assertEquals(allow, response.headers().firstValue("allow").orElse(""));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v1/records,''",
    "GET,/v1/records/throws,''",
    "POST,/v1/records/x,{}",
    "DELETE,/v1/records/x,''"
  })
  void withoutAKeyNothingIsAsked(String method, String path, String body) throws Exception {
    assertEquals(
        "invalid_api_key",
        error(send(method, path, body, "Bearer green"), 401).get("code").stringValue());
  }

  @Test
  void whatIsWrongWithARequestIsToldBeforeThePluginIsAsked() throws Exception {
    for (String limit : List.of("0", "1001", "-1", "many", "")) {
      JsonNode error = error(send("GET", "/v1/records?limit=" + limit, "", RED), 400);
      assertEquals("limit", error.get("param").stringValue());
      assertTrue(error.get("message").stringValue().contains("'" + limit + "'"));
    }
    for (String body : List.of("", "[1]", "{\"text\":", "\"text\"")) {
      assertEquals(400, send("POST", "/v1/records/x", body, RED).statusCode(), body);
    }
    assertEquals(
        413,
        send("POST", "/v1/records/x", "{\"text\": \"" + "x".repeat(2 << 20) + "\"}", RED)
            .statusCode());
    for (String path : List.of("/v1/records/", "/v1/records/a/b", "/v1/record", "/v1/", "/v1")) {
      assertEquals(404, send("GET", path, "", RED).statusCode(), path);
    }
    assertEquals(404, send("POST", "/v1/records/x", "{}", RED).statusCode(), "it says no");
    JsonNode rejected = error(send("GET", "/v1/records/rejects", "", RED), 400);
    assertEquals("id", rejected.get("param").stringValue());
    assertEquals("id is 'rejects'; choose another", rejected.get("message").stringValue());
  }

  @Test
  void aListIsNoLongerThanAskedFor() throws Exception {
    String key = "Bearer blue";
    for (String id : List.of("1", "2", "3")) {
      assertEquals(200, send("POST", "/v1/records/" + id, "{\"text\": \"t\"}", key).statusCode());
    }
    for (int limit = 1; limit <= 4; limit++) {
      JsonNode list =
          TestServer.json(send("GET", "/v1/records?x=y&limit=" + limit, "", key).body());
      assertEquals(Math.min(limit, 3), list.get("data").size());
    }
    for (String id : List.of("1", "2", "3")) {
      assertEquals(200, send("DELETE", "/v1/records/" + id, "", key).statusCode());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"throws", "error", "null", "deep", "holed"})
  void aPluginThatFailsIsNamedAndLoggedAndEverythingElseGoesOn(String how) throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(PluginCalls.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    // what runs meanwhile must not be harmed
    CompletableFuture<HttpResponse<String>> running =
        server.client.sendAsync(
            request(
                server,
                "POST",
                COMPLETIONS,
                "{\"prompt\": \"A\", \"max_tokens\": 40, \"ignore_eos\": true}",
                RED),
            BodyHandlers.ofString());
    try {
      TestServer.await("it runs", () -> server.engine.status().running() > 0 || running.isDone());
      JsonNode error = error(send("GET", "/v1/records/" + how, "", RED), 500);
      assertEquals("plugin-failed", error.get("code").stringValue());
      assertEquals("server_error", error.get("type").stringValue());
      String message = error.get("message").stringValue();
      assertTrue(message.contains("plugin 'records'"), message);
      assertFalse(message.contains("inside"), "clients are told nothing of the inside: " + message);
    } finally {
      logger.detachAppender(log);
    }
    List<String> lines = log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.getFirst().contains("records 1.0.0"), lines.toString());
    assertTrue(lines.getFirst().contains("/v1/records/" + how), lines.toString());
    assertEquals(200, running.get().statusCode(), running.get().body());
    assertTrue(running.get().body().contains("\"length\""), running.get().body());
    assertFalse(server.engine.metrics().contains("jacquard_recoveries_total 1"));
  }

  @Test
  void aPluginThatHangsIsNamedInTimeAndThoseBehindItAreNotAsked() throws Exception {
    Semaphore gate = new Semaphore(0);
    System.getProperties().put(RecordsPlugin.GATE, gate);
    ServerConfig base = TestServer.CONFIG;
    ServerConfig impatient =
        new ServerConfig(
            base.host(),
            0,
            List.of(),
            base.maxBodyBytes(),
            base.drain(),
            base.readTimeout(),
            base.maxConnections(),
            Duration.ofMillis(500));
    try (TestServer hanging =
        TestServer.start(PluginJars.engine(folder, FILES).build(), impatient)) {
      try {
        CompletableFuture<HttpResponse<String>> hung =
            hanging.client.sendAsync(
                request(hanging, "GET", "/v1/records/hangs", "", RED), BodyHandlers.ofString());
        TestServer.await("the plugin is asked", gate::hasQueuedThreads);
        HttpResponse<String> behind =
            hanging.client.send(
                request(hanging, "POST", "/v1/records/late", "{\"text\": \"t\"}", RED),
                BodyHandlers.ofString());
        assertTrue(error(behind, 503).get("message").stringValue().contains("busy"));
        assertEquals("1", behind.headers().firstValue("retry-after").orElse(""));
        JsonNode error = error(hung.get(), 500);
        assertEquals("plugin-failed", error.get("code").stringValue());
        assertTrue(error.get("message").stringValue().contains("plugin 'records'"));
        assertEquals(200, hanging.get("/health").statusCode());
      } finally {
        gate.release(100);
      }
      assertEquals(
          "{\"object\":\"list\",\"data\":[]}",
          hanging.get("/v1/records").body(),
          "who was told that it was not done must find it not done");
      assertEquals(
          200, hanging.post(COMPLETIONS, "{\"prompt\": \"A\", \"max_tokens\": 1}").statusCode());
    } finally {
      System.getProperties().remove(RecordsPlugin.GATE);
    }
  }

  @Test
  void aCallWhoseClientLeftBeforeItsTurnIsNotMade() throws Exception {
    LoadedPlugin plugin = server.engine.runtime().plugins().instances().keySet().iterator().next();
    Exchange exchange =
        new Exchange(
            new EmbeddedChannel(),
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/v1/records/x"),
            new byte[0],
            null);
    Semaphore gate = new Semaphore(0);
    AtomicBoolean asked = new AtomicBoolean();
    server.engine.runtime().loop().execute(gate::acquireUninterruptibly);
    try {
      exchange.clientGone();
      ApiError end =
          assertThrows(
              ApiError.class,
              () ->
                  new PluginCalls(server.engine, Duration.ofSeconds(20))
                      .call(exchange, plugin, () -> asked.compareAndSet(false, true)));
      assertTrue(end.getMessage().contains("shutting down"), end.getMessage());
    } finally {
      gate.release();
    }
    CountDownLatch turn = new CountDownLatch(1);
    server.engine.runtime().loop().execute(turn::countDown);
    turn.await();
    assertFalse(asked.get(), "its turn came and it was asked");
  }

  @Test
  void anEngineThatServesNoMoreIsNotAsked() throws Exception {
    try (TestServer ended =
        TestServer.start(PluginJars.engine(folder, FILES).build(), TestServer.CONFIG)) {
      ended.engine.close();
      HttpResponse<String> response = ended.get("/v1/records");
      error(response, 503);
      assertEquals("1", response.headers().firstValue("retry-after").orElse(""));
    }
  }

  @Test
  void aHeadAnswersWithoutABody() throws Exception {
    try (Socket socket =
        server.raw(
            "HEAD /v1/records HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer red\r\n"
                + "Connection: close\r\n\r\n")) {
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(all.startsWith("HTTP/1.1 200"), all);
      assertTrue(all.endsWith("\r\n\r\n"), all);
    }
  }

  /// What a start with these settings and both plugins says.
  private static String refused(Map<String, String> settings) throws IOException {
    EngineConfig config =
        PluginJars.engine(folder, FILES)
            .enabledPlugins(List.of("records", "twin"))
            .settings(settings)
            .build();
    try (Engine engine = Engine.open(config)) {
      return String.valueOf(
          assertThrows(
                  ConfigurationException.class,
                  () -> HttpServer.start(engine, TestServer.CONFIG).close())
              .getMessage());
    }
  }

  @Test
  void namesThatCollideEndTheStartAndAllAreTold() throws Exception {
    String both = refused(Map.of());
    for (String part :
        List.of(
            "two plugins serve a resource of the name 'records'",
            "two plugins serve a panel of the name 'notes'",
            "records 1.0.0 (",
            "twin 2.0.0 (")) {
      assertTrue(both.contains(part), both);
    }
    for (String own : List.of("models", "completions", "chat")) {
      String said = refused(Map.of("records.resource", own, "twin.panel", "other"));
      assertTrue(said.contains("records 1.0.0 ("), said);
      assertTrue(said.contains("/v1/" + own + " is the server's own path"), said);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resource,Records,the resource name 'Records' does not match",
    "resource,a/b,the resource name 'a/b' does not match",
    "resource,none,failed in name() of a resource",
    "resource,failing,no resources today",
    "panel,no_tes,the panel name 'no_tes' does not match",
    "folder,elsewhere,no index.html in the folder 'elsewhere'",
    "folder,/panel,without slashes",
    "folder,META-INF/../panel,no index.html in the folder"
  })
  void whatCannotBeServedEndsTheStartAndNamesThePlugin(String key, String value, String wanted)
      throws Exception {
    String said =
        refused(Map.of("records." + key, value, "twin.panel", "other", "twin.resource", "others"));
    assertTrue(said.contains(wanted), said);
    assertTrue(said.contains("plugin records 1.0.0 ("), said);
  }
}
