package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.CHAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChatCompletionsTest {
  private static final String BODY =
      "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"},"
          + " {\"role\": \"user\", \"content\": %s}], \"temperature\": 0,"
          + " \"max_completion_tokens\": 6, \"ignore_eos\": true %s}";
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.awaitIdle();
    server.close();
  }

  @Test
  void anAnswerHasTheShapeOfOpenAis() throws Exception {
    JsonNode answer = server.ask(CHAT, BODY.formatted("\"Hello\"", ""));
    assertEquals(
        new TreeSet<>(List.of("id", "object", "created", "model", "choices", "usage")),
        new TreeSet<>(answer.propertyNames()));
    assertTrue(answer.get("id").stringValue().startsWith("chatcmpl-"));
    assertEquals("chat.completion", answer.get("object").stringValue());
    JsonNode choice = answer.get("choices").get(0);
    assertEquals("assistant", choice.get("message").get("role").stringValue());
    assertFalse(choice.get("message").has("tool_calls"), "an empty list breaks clients");
    assertTrue(choice.get("message").get("content").isString());
    assertTrue(choice.get("finish_reason").isString());
  }

  @Test
  void aStreamBeginsWithTheRoleAndEndsWithAReason() throws Exception {
    JsonNode whole = server.ask(CHAT, BODY.formatted("\"Hello\"", ""));
    List<JsonNode> events =
        server.stream(
            CHAT,
            BODY.formatted(
                "\"Hello\"", ", \"stream\": true, \"stream_options\": {\"include_usage\": true}"));
    JsonNode first = events.getFirst().get("choices").get(0);
    assertEquals("assistant", first.get("delta").get("role").stringValue());
    assertEquals("", first.get("delta").get("content").stringValue());
    assertTrue(first.get("finish_reason").isNull());
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events.subList(1, events.size() - 1)) {
      assertEquals("chat.completion.chunk", event.get("object").stringValue());
      JsonNode delta = event.get("choices").get(0).get("delta");
      assertFalse(delta.has("role"));
      assertFalse(delta.has("tool_calls"));
      if (delta.has("content")) {
        text.append(delta.get("content").stringValue());
      }
    }
    JsonNode message = whole.get("choices").get(0);
    assertEquals(message.get("message").get("content").stringValue(), text.toString());
    assertEquals(
        message.get("finish_reason"),
        events.get(events.size() - 2).get("choices").get(0).get("finish_reason"));
    assertEquals(0, events.getLast().get("choices").size());
    assertEquals(
        whole.get("usage").get("total_tokens"), events.getLast().get("usage").get("total_tokens"));
  }

  @Test
  void contentMayBeAListOfTextParts() throws Exception {
    String parts =
        "[{\"type\": \"text\", \"text\": \"Hel\"}, {\"type\": \"text\", \"text\": \"lo\"}]";
    assertEquals(
        server.ask(CHAT, BODY.formatted("\"Hello\"", "")).get("choices"),
        server
            .ask(
                CHAT,
                BODY.formatted(parts, ", \"tools\": [], \"response_format\": {\"type\": \"text\"}"))
            .get("choices"));
  }

  @Test
  void logprobsListBytesAndAlternatives() throws Exception {
    JsonNode content =
        server
            .ask(CHAT, BODY.formatted("\"Hello\"", ", \"logprobs\": true, \"top_logprobs\": 3"))
            .get("choices")
            .get(0)
            .get("logprobs")
            .get("content");
    assertEquals(6, content.size());
    for (JsonNode entry : content) {
      assertEquals(3, entry.get("top_logprobs").size());
      assertEquals(entry.get("token"), entry.get("top_logprobs").get(0).get("token"));
      assertTrue(entry.get("bytes").isArray());
    }
  }

  @Test
  void everyChoiceOfAStreamOpensAndCloses() throws Exception {
    List<JsonNode> events =
        server.stream(
            CHAT, BODY.formatted("\"Hello\"", ", \"n\": 3, \"stream\": true, \"logprobs\": true"));
    for (int index = 0; index < 3; index++) {
      int wanted = index;
      List<JsonNode> own =
          events.stream()
              .map(e -> e.get("choices").get(0))
              .filter(c -> c.get("index").intValue() == wanted)
              .toList();
      assertTrue(own.getFirst().get("delta").has("role"));
      assertEquals(
          1, own.stream().filter(c -> c.get("finish_reason").isString()).count(), own.toString());
      assertTrue(own.getLast().get("finish_reason").isString());
      assertEquals(
          6,
          own.stream()
              .filter(c -> c.get("logprobs").isObject())
              .mapToInt(c -> c.get("logprobs").get("content").size())
              .sum());
    }
  }
}
