package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static dev.jacquard.engine.server.TestServer.wire;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainTest {
  private static String stream(int tokens) {
    return "{\"prompt\": \"The\", \"max_tokens\": "
        + tokens
        + ", \"ignore_eos\": true, \"stream\": true, \"temperature\": 0}";
  }

  private static ServerConfig drain(Duration patience) {
    ServerConfig base = TestServer.CONFIG;
    return new ServerConfig(
        base.host(),
        0,
        List.of(),
        base.maxBodyBytes(),
        patience,
        base.readTimeout(),
        base.maxConnections(),
        base.pluginTimeout());
  }

  private static BufferedReader begun(Socket client) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    String line = in.readLine();
    while (!line.startsWith("data: ")) {
      line = in.readLine();
    }
    return in;
  }

  private static String rest(BufferedReader in) {
    return String.join("\n", in.lines().toList());
  }

  @Test
  void aStreamThatRunsEndsAndNewWorkIsRefused() throws Exception {
    try (TestServer server =
            TestServer.start(TestServer.small().build(), drain(Duration.ofSeconds(60)));
        Socket client = server.raw(wire(COMPLETIONS, stream(150), "Connection: close"))) {
      BufferedReader in = begun(client);
      Thread closing = Thread.ofVirtual().start(server.server::close);
      TestServer.await("it is not ready", () -> status(server, "/ready") == 503);
      assertEquals(200, status(server, "/health"));
      HttpResponse<String> refused = server.post(COMPLETIONS, "{\"prompt\": \"A\"}");
      assertEquals(503, refused.statusCode());
      assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
      assertEquals("close", refused.headers().firstValue("connection").orElse(""));
      String rest = rest(in);
      assertTrue(rest.contains("\"finish_reason\":\"length\""), rest);
      assertTrue(rest.contains("data: [DONE]"), rest);
      closing.join();
      assertThrows(ConnectException.class, () -> server.raw("").close());
      server.server.close(); // once more does no harm
    }
  }

  private static int status(TestServer server, String path) {
    try {
      return server.get(path).statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void patienceEndsAndWhatStillRunsIsAborted() throws Exception {
    try (TestServer server =
            TestServer.start(TestServer.small().build(), drain(Duration.ofMillis(1)));
        Socket client = server.raw(wire(COMPLETIONS, stream(500), "Connection: close"))) {
      BufferedReader in = begun(client);
      server.server.close();
      String rest = rest(in);
      assertTrue(rest.contains("\"finish_reason\":\"abort\""), rest);
      assertTrue(rest.contains("data: [DONE]"), rest);
      server.awaitIdle();
    }
  }

  @Test
  void anEngineThatEndsInTheMiddleOfAStreamIsToldInTheStream() throws Exception {
    try (TestServer server = TestServer.start();
        Socket client = server.raw(wire(COMPLETIONS, stream(500), "Connection: close"));
        Socket whole =
            server.raw(
                wire(
                    COMPLETIONS,
                    stream(500).replace("true, \"temp", "false, \"temp"),
                    "Connection: close"))) {
      BufferedReader in = begun(client);
      TestServer.await("both run", () -> server.engine.status().running() == 2);
      server.engine.close();
      String rest = rest(in);
      assertTrue(rest.contains("data: {\"error\":{\"message\":"), rest);
      assertTrue(rest.contains("data: [DONE]"), rest);
      assertFalse(rest.contains("finish_reason\":\"length"), rest);
      String answer = new String(whole.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
      assertEquals(503, server.get("/health").statusCode());
      assertEquals(503, server.post(COMPLETIONS, "{\"prompt\": \"A\"}").statusCode());
    }
  }

  @Test
  void aPortInUseIsNamedWithTheRemedy() {
    try (TestServer server = TestServer.start()) {
      ServerConfig taken =
          new ServerConfig(
              "127.0.0.1",
              server.server.port(),
              List.of(),
              1 << 20,
              Duration.ZERO,
              ServerConfig.READ_TIMEOUT,
              1,
              Duration.ZERO);
      String message =
          assertThrows(RuntimeException.class, () -> HttpServer.start(server.engine, taken))
              .getMessage();
      assertTrue(message.contains(":" + server.server.port()), message);
      assertTrue(message.contains("--port"), message);
      ServerConfig nowhere =
          new ServerConfig(
              "no.such.host.invalid",
              0,
              List.of(),
              1 << 20,
              Duration.ZERO,
              ServerConfig.READ_TIMEOUT,
              1,
              Duration.ZERO);
      assertTrue(
          assertThrows(RuntimeException.class, () -> HttpServer.start(server.engine, nowhere))
              .getMessage()
              .contains("no such host"));
    }
  }
}
