package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.CHAT;
import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static dev.jacquard.engine.server.TestServer.wire;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// One sequence runs, one waits, no more: what a client that leaves had must be free for the next.
class ClientLeavesTest {
  /// Far more tokens than a test would wait for.
  private static final String ENDLESS =
      "{\"prompt\": \"The\", \"max_tokens\": 1900, \"ignore_eos\": true %s}";

  private TestServer server;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            TestServer.small()
                .maxModelLength(2000)
                .maxSequences(1)
                .maxWaiting(1)
                .maxStepTokens(8)
                .build(),
            TestServer.CONFIG);
  }

  /// Free, and not because the answer was written to its end for nobody.
  @AfterEach
  void everythingIsFreeAgain() {
    server.awaitIdle();
    String ended =
        server
            .engine
            .metrics()
            .lines()
            .filter(line -> line.startsWith("vllm:request_success_total{"))
            .collect(Collectors.joining());
    assertTrue(ended.contains("abort") && !ended.contains("length"), ended);
    server.close();
  }

  private static String endless(String more) {
    return ENDLESS.formatted(more);
  }

  private void awaitRunning() {
    TestServer.await("a request runs", () -> server.engine.status().running() == 1);
  }

  @Test
  void aClientLeavesDuringANonStreamingAnswer() throws Exception {
    try (Socket client = server.raw(wire(COMPLETIONS, endless("")))) {
      awaitRunning();
      assertTrue(client.isConnected());
    }
  }

  @Test
  void aClientLeavesInTheMiddleOfAStream() throws Exception {
    try (Socket client = server.raw(wire(COMPLETIONS, endless(", \"stream\": true")))) {
      byte[] some = client.getInputStream().readNBytes(400);
      assertEquals(400, some.length);
    }
  }

  @Test
  void aClientLeavesDuringThePrefillOfALongPrompt() throws Exception {
    String prompt = "whale ".repeat(900);
    try (Socket client = server.raw(wire(COMPLETIONS, "{\"prompt\": \"" + prompt + "\"}"))) {
      awaitRunning();
      assertTrue(client.isConnected());
    }
  }

  @Test
  void aClientLeavesWhileItsRequestWaits() throws Exception {
    try (Socket running = server.raw(wire(COMPLETIONS, endless("")))) {
      awaitRunning();
      String chat = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
      try (Socket queued = server.raw(wire(CHAT, chat))) {
        TestServer.await("a request waits", () -> server.engine.status().waiting() == 1);
        assertTrue(queued.isConnected());
      }
      TestServer.await("its place is free", () -> server.engine.status().waiting() == 0);
      assertEquals(1, server.engine.status().running(), "the other one is none of its business");
      assertTrue(running.isConnected());
    }
  }

  @Test
  void aFullQueueIsToldAndARequestNeedsRoomForAllOfIt() throws Exception {
    try (Socket running = server.raw(wire(COMPLETIONS, endless("")))) {
      awaitRunning();
      HttpResponse<String> response =
          server.post(COMPLETIONS, "{\"prompt\": [\"A\", \"B\"], \"max_tokens\": 1}");
      assertEquals(429, response.statusCode());
      assertEquals("1", response.headers().firstValue("retry-after").orElse(""));
      JsonNode error = TestServer.json(response.body()).get("error");
      assertEquals("rate_limit_error", error.get("type").stringValue());
      TestServer.await(
          "the prompt that did fit is given up too",
          () -> server.engine.runtime().admission().taken() == 1);
      assertEquals(200, server.get("/health").statusCode());
      assertTrue(running.isConnected());
    }
  }
}
