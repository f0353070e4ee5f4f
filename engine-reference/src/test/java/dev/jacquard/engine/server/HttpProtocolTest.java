package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static dev.jacquard.engine.server.TestServer.wire;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class HttpProtocolTest {
  private static final String BODY = "{\"prompt\": \"A\", \"max_tokens\": 2, \"temperature\": 0}";
  private static final String STREAM = BODY.replace("}", ", \"stream\": true}");
  private static TestServer server;

  @BeforeAll
  static void start() {
    ServerConfig base = TestServer.CONFIG;
    server =
        TestServer.start(
            TestServer.small().servedModelName("org/demo").build(),
            new ServerConfig(
                base.host(),
                0,
                List.of(),
                64 << 10,
                base.drain(),
                Duration.ofSeconds(3),
                base.maxConnections(),
                base.pluginTimeout()));
  }

  @AfterAll
  static void stop() {
    server.awaitIdle();
    server.close();
  }

  /// One response as it comes over the wire: the head, and the body that Content-Length tells.
  private record Response(String head, String body) {
    static Response read(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("the connection ended after: " + head);
        }
        head.append((char) next);
      }
      String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
      int at = lower.indexOf("content-length: ");
      int length =
          at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)).strip());
      return new Response(lower, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    int status() {
      return Integer.parseInt(head.substring(9, 12));
    }
  }

  @Test
  void modelsAreListedByTheNameServed() throws Exception {
    assertEquals(
        "org/demo",
        TestServer.json(server.get("/v1/models").body())
            .get("data")
            .get(0)
            .get("id")
            .stringValue());
    assertEquals(200, server.get("/v1/models/org/demo").statusCode());
    assertEquals(200, server.get("/v1/models/org%2Fdemo?x=1").statusCode());
    String metrics = server.get("/metrics").body();
    for (String name :
        List.of(
            "vllm:num_requests_running",
            "vllm:num_requests_waiting",
            "vllm:kv_cache_usage_perc",
            "vllm:cache_config_info")) {
      assertTrue(metrics.contains(name), name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/health,405,'get, head'",
    "DELETE,/v1/models,405,'get, head'",
    "GET,/v1/completions,405,post",
    "HEAD,/v1/chat/completions,405,post",
    "GET,/v1/nothing,404,",
    "GET,/,404,"
  })
  void wrongPathsAndMethodsAreTold(String method, String path, int status, String allow)
      throws Exception {
    try (Socket socket =
        server.raw(method + " " + path + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")) {
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(all.startsWith("HTTP/1.1 " + status), all);
      String lower = all.toLowerCase(java.util.Locale.ROOT);
      assertTrue(allow == null || lower.contains("allow: " + allow + "\r\n"), all);
      assertEquals(!method.equals("HEAD"), all.contains("\"error\""), all);
    }
  }

  @Test
  void headHasTheLengthButNoBodyAndTheConnectionGoesOn() throws Exception {
    try (Socket socket =
        server.raw(
            "HEAD /health HTTP/1.1\r\nHost: t\r\n\r\n"
                + "GET http://t/version?a=/b HTTP/1.1\r\nHost: t\r\nX-Request-Id: r-7\r\n\r\n")) {
      StringBuilder all = new StringBuilder();
      while (all.indexOf("\"version\"") < 0) {
        int next = socket.getInputStream().read();
        assertTrue(next >= 0, all.toString());
        all.append((char) next);
      }
      assertEquals(2, all.toString().split("HTTP/1.1 200 OK", -1).length - 1, all.toString());
      assertFalse(all.substring(0, all.lastIndexOf("HTTP/1.1")).contains("{"), all.toString());
      assertTrue(all.indexOf("x-request-id: r-7") > 0, all.toString());
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    String get = "GET /v1/models HTTP/1.1\r\nHost: t\r\n\r\n";
    try (Socket socket =
        server.raw(wire(COMPLETIONS, BODY) + get + wire(COMPLETIONS, "{}", "Connection: close"))) {
      Response first = Response.read(socket.getInputStream());
      Response second = Response.read(socket.getInputStream());
      Response third = Response.read(socket.getInputStream());
      assertTrue(first.body().contains("text_completion"), first.toString());
      assertTrue(second.body().contains("\"list\""), second.toString());
      assertEquals(400, third.status());
      assertTrue(third.head().contains("connection: close"), third.toString());
      assertEquals(-1, socket.getInputStream().read(), "asked for, the connection ends");
    }
  }

  @Test
  void chunkedBodiesAndOffersOfH2cAreTaken() throws Exception {
    // a publisher of unknown length sends chunks; the client asks for h2c by itself
    HttpRequest request =
        HttpRequest.newBuilder(server.uri(COMPLETIONS))
            .version(HttpClient.Version.HTTP_2)
            .POST(
                BodyPublishers.fromPublisher(
                    BodyPublishers.ofByteArrays(
                        List.of(
                            BODY.substring(0, 9).getBytes(StandardCharsets.UTF_8),
                            BODY.substring(9).getBytes(StandardCharsets.UTF_8)))))
            .build();
    HttpResponse<String> response = server.client.send(request, BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), response.body());
    assertEquals(HttpClient.Version.HTTP_1_1, response.version());
  }

  @Test
  void anHttp10ClientGetsAStreamWithoutChunks() throws Exception {
    try (Socket socket = server.raw(wire(COMPLETIONS, STREAM).replace("HTTP/1.1", "HTTP/1.0"))) {
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertFalse(all.contains("chunked"), all);
      String body = all.substring(all.indexOf("\r\n\r\n") + 4);
      assertTrue(TestServer.events(body).size() >= 1, all);
    }
  }

  @Test
  void aLargeBodyIsRefusedWhileItIsStillSent() throws Exception {
    int size = 8 << 20;
    try (Socket socket =
        server.raw(
            "POST /v1/completions HTTP/1.1\r\nHost: t\r\nContent-Length: " + size + "\r\n\r\n")) {
      OutputStream out = socket.getOutputStream();
      byte[] piece = new byte[64 << 10];
      for (int sent = 0; sent < size; sent += piece.length) {
        out.write(piece);
      }
      Response response = Response.read(socket.getInputStream());
      assertEquals(413, response.status());
      assertTrue(response.body().contains("65536"), response.body());
      assertEquals(-1, socket.getInputStream().read());
    }
    assertEquals(413, server.post(COMPLETIONS, " ".repeat(100_000)).statusCode());
    try (Socket socket =
        server.raw(
            "POST /v1/completions HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")) {
      byte[] chunk = ("4000\r\n" + " ".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 32; i++) {
        socket.getOutputStream().write(chunk);
      }
      assertEquals(413, Response.read(socket.getInputStream()).status());
    }
  }

  @Test
  void aClientThatAsksFirstIsToldWhetherToSend() throws Exception {
    String head =
        "POST /v1/completions HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: ";
    try (Socket socket = server.raw(head + BODY.length() + "\r\n\r\n")) {
      assertEquals(100, Response.read(socket.getInputStream()).status());
      socket.getOutputStream().write(BODY.getBytes(StandardCharsets.UTF_8));
      assertEquals(200, Response.read(socket.getInputStream()).status());
    }
    try (Socket socket = server.raw(head + (1 << 24) + "\r\n\r\n")) {
      Response response = Response.read(socket.getInputStream());
      assertEquals(413, response.status());
      assertTrue(response.body().contains("\"error\""), response.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"'no http at all', 400", "'GET /%s HTTP/1.1', 414", "'GET / HTTP/1.1|X: %s', 431"})
  void whatIsNoHttpIsAnsweredAndTheConnectionEnds(String start, int status) throws Exception {
    String request = start.replace("|", "\r\n").formatted("x".repeat(20_000)) + "\r\n\r\n";
    try (Socket socket = server.raw(request)) {
      Response response = Response.read(socket.getInputStream());
      assertEquals(status, response.status(), response.toString());
      assertTrue(response.body().contains("\"error\""), response.toString());
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void aHalfSentRequestEndsAfterSomeSilence() throws Exception {
    try (Socket socket =
            server.raw("POST /v1/completions HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n{");
        Socket silent = server.raw("")) {
      assertEquals(-1, socket.getInputStream().read());
      assertEquals(-1, silent.getInputStream().read());
    }
  }

  @Test
  void aSlowReaderGetsEverythingAndHoldsNobodyUp() throws Exception {
    // some megabytes: more than the buffers of two sockets on one machine hold
    String body =
        "{\"prompt\": \"A\", \"max_tokens\": 48, \"ignore_eos\": true, \"temperature\": 0,"
            + " \"logprobs\": 100, \"stream\": true, \"n\": 32}";
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(2048);
      slow.setSoTimeout(60_000);
      slow.connect(new java.net.InetSocketAddress("127.0.0.1", server.server.port()));
      String request = wire(COMPLETIONS, body).replace("HTTP/1.1", "HTTP/1.0"); // no chunks
      slow.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      // nobody reads the first answer; others are served
      assertEquals(200, server.post(COMPLETIONS, BODY).statusCode());
      TestServer.await("the engine is done with it", () -> server.engine.status().running() == 0);
      String all = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      // what waited for the reader comes in larger pieces
      int tokens =
          TestServer.events(all.substring(all.indexOf("\r\n\r\n") + 4)).stream()
              .map(event -> event.get("choices").get(0).get("logprobs").get("tokens"))
              .mapToInt(JsonNode::size)
              .sum();
      assertEquals(32 * 48, tokens);
    }
  }
}
