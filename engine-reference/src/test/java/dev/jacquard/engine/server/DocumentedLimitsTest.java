package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static dev.jacquard.engine.server.TestServer.wire;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The numbers and codes that docs/guide/http-api.md states, on both sides of each limit.
class DocumentedLimitsTest {
  private static final String CLOSE = "Connection: close\r\n";
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String answer(String request) throws IOException {
    try (Socket socket = server.raw(request)) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void expect(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    assertTrue(status == 200 || answer.contains("{\"error\":{\"message\":"), answer);
  }

  @ParameterizedTest
  @CsvSource({"4096, 404", "4097, 414"})
  void aFirstLineHas4096Bytes(int length, int status) throws Exception {
    String line = "GET /" + "x".repeat(length - "GET / HTTP/1.1".length()) + " HTTP/1.1";
    assertEquals(length, line.length());
    expect(status, answer(line + "\r\nHost: t\r\n" + CLOSE + "\r\n"));
  }

  @ParameterizedTest
  @CsvSource({"8192, 200", "8193, 431"})
  void headersHave8192BytesTogether(int length, int status) throws Exception {
    String known = "Host: t" + "Connection: close" + "X: ";
    String filler = "x".repeat(length - known.length());
    expect(
        status,
        answer("GET /version HTTP/1.1\r\nHost: t\r\n" + CLOSE + "X: " + filler + "\r\n\r\n"));
  }

  @ParameterizedTest
  @CsvSource({"64, 200", "65, 400"})
  void jsonIs64Deep(int depth, int status) throws Exception {
    String nested = "[".repeat(depth - 1) + "]".repeat(depth - 1); // inside of the body's object
    String body = "{\"prompt\": \"A\", \"max_tokens\": 1, \"unknown\": " + nested + "}";
    HttpResponse<String> response = server.post(COMPLETIONS, body);
    assertEquals(status, response.statusCode(), response.body());
  }

  @Test
  void sixteenRequestsMayFollowTheOneThatRuns() throws Exception {
    String slow =
        "{\"prompt\": \"A\", \"max_tokens\": 30, \"ignore_eos\": true, \"temperature\": 0}";
    String get = "GET /version HTTP/1.1\r\nHost: t\r\n\r\n";
    String last = "GET /version HTTP/1.1\r\nHost: t\r\n" + CLOSE + "\r\n";
    String all = answer(wire(COMPLETIONS, slow) + get.repeat(15) + last);
    assertEquals(17, all.split("HTTP/1.1 200 OK", -1).length - 1, all);
    assertEquals("", answer(wire(COMPLETIONS, slow) + get.repeat(17)), "closed, nothing is said");
    server.awaitIdle();
  }

  @Test
  void anotherExpectationIs417AndTheBodyIsNotWaitedFor() throws Exception {
    String all =
        answer(
            "POST /v1/completions HTTP/1.1\r\nHost: t\r\nExpect: a-miracle\r\n"
                + "Content-Length: 9\r\n\r\n"
                + "GET /version HTTP/1.1\r\nHost: t\r\n"
                + CLOSE
                + "\r\n");
    expect(417, all);
    assertTrue(all.contains("HTTP/1.1 200 OK"), all);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"prompt\": \"A\", \"model\": \"gpt-4\"}',404,model_not_found,model",
    "'{\"prompt\": \"A\", \"max_tokens\": -1}',400,,max_tokens",
    "'{\"prompt\": \"A\", \"use_beam_search\": true}',400,unsupported-parameter,use_beam_search"
  })
  void errorsHaveTheirCodes(String body, int status, String code, String param) throws Exception {
    HttpResponse<String> response = server.post(COMPLETIONS, body);
    assertEquals(status, response.statusCode(), response.body());
    JsonNode error = TestServer.json(response.body()).get("error");
    assertEquals(code, error.get("code").isNull() ? null : error.get("code").stringValue());
    assertEquals(param, error.get("param").stringValue());
    assertEquals("invalid_request_error", error.get("type").stringValue());
  }

  @Test
  void tooLongAPromptHasACode() throws Exception {
    String body = "{\"prompt\": \"" + "The sea ".repeat(600) + "\"}";
    HttpResponse<String> response = server.post(COMPLETIONS, body);
    assertEquals(400, response.statusCode(), response.body());
    assertEquals(
        "context_length_exceeded",
        TestServer.json(response.body()).get("error").get("code").stringValue());
  }
}
