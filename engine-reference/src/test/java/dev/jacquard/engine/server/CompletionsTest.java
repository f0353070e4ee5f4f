package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.spi.request.SamplingParams;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CompletionsTest {
  private static final String GREEDY =
      "{\"prompt\": \"The old captain\", \"temperature\": 0, \"max_tokens\": 8 %s}";
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

  private static String greedy(String more) {
    return GREEDY.formatted(more.isEmpty() ? "" : ", " + more);
  }

  private static GenerationResult alone(String prompt, int maxTokens) throws InterruptedException {
    return server.engine.generate(
        GenerationRequest.prompt(prompt)
            .sampling(SamplingParams.builder().temperature(0).maxTokens(maxTokens).build())
            .build());
  }

  @Test
  void anAnswerHasTheShapeOfOpenAis() throws Exception {
    JsonNode answer = server.ask(COMPLETIONS, greedy(""));
    assertEquals(
        new TreeSet<>(List.of("id", "object", "created", "model", "choices", "usage")),
        new TreeSet<>(answer.propertyNames()));
    assertTrue(answer.get("id").stringValue().startsWith("cmpl-"));
    assertEquals("text_completion", answer.get("object").stringValue());
    assertEquals("jacquard-demo", answer.get("model").stringValue());
    JsonNode choice = answer.get("choices").get(0);
    assertEquals(0, choice.get("index").intValue());
    assertTrue(choice.get("logprobs").isNull());
    assertEquals("length", choice.get("finish_reason").stringValue());
    GenerationResult alone = alone("The old captain", 8);
    assertEquals(alone.text(), choice.get("text").stringValue());
    JsonNode usage = answer.get("usage");
    assertEquals(alone.usage().promptTokens(), usage.get("prompt_tokens").intValue());
    assertEquals(8, usage.get("completion_tokens").intValue());
    assertEquals(alone.usage().promptTokens() + 8, usage.get("total_tokens").intValue());
    assertTrue(usage.get("prompt_tokens_details").get("cached_tokens").isInt());
  }

  @Test
  void aStreamSpellsTheWholeAnswerAndEndsWithUsageWhenAsked() throws Exception {
    String whole =
        server.ask(COMPLETIONS, greedy("")).get("choices").get(0).get("text").stringValue();
    List<JsonNode> events =
        server.stream(
            COMPLETIONS, greedy("\"stream\": true, \"stream_options\": {\"include_usage\": true}"));
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events.subList(0, events.size() - 1)) {
      assertEquals("text_completion", event.get("object").stringValue());
      assertEquals(events.getFirst().get("id"), event.get("id"));
      assertFalse(event.has("usage"));
      text.append(event.get("choices").get(0).get("text").stringValue());
    }
    assertEquals(whole, text.toString());
    JsonNode closing = events.get(events.size() - 2).get("choices").get(0);
    assertEquals("length", closing.get("finish_reason").stringValue());
    assertTrue(events.getFirst().get("choices").get(0).get("finish_reason").isNull());
    assertTrue(events.getLast().get("choices").isEmpty());
    assertEquals(8, events.getLast().get("usage").get("completion_tokens").intValue());
  }

  @Test
  void anExplicitNullMeansAbsentAndUnknownFieldsAreIgnored() throws Exception {
    String nulls =
        "\"top_p\": null, \"stop\": null, \"logprobs\": null, \"cache_salt\": null, \"n\": null,"
            + " \"model\": null, \"stream\": null, \"suffix\": null, \"seed\": null,"
            + " \"logit_bias\": null, \"stream_options\": null, \"user\": \"somebody\","
            + " \"workflow_id\": 7, \"nobody_knows\": {\"this\": [null]}";
    assertEquals(
        server.ask(COMPLETIONS, greedy("")).get("choices"),
        server.ask(COMPLETIONS, greedy(nulls)).get("choices"));
  }

  @Test
  void promptsMayBeTokensAndSeveral() throws Exception {
    int[] ids = server.engine.tokenizer().encode("The old captain", true, false);
    String list = java.util.Arrays.toString(ids);
    String prompts = "[" + list + ", " + list + "]";
    JsonNode answer =
        server.ask(
            COMPLETIONS, "{\"prompt\": " + prompts + ", \"temperature\": 0, \"max_tokens\": 4}");
    String alone = alone("The old captain", 4).text();
    assertEquals(2, answer.get("choices").size());
    for (int i = 0; i < 2; i++) {
      assertEquals(i, answer.get("choices").get(i).get("index").intValue());
      assertEquals(alone, answer.get("choices").get(i).get("text").stringValue());
    }
    assertEquals(8, answer.get("usage").get("completion_tokens").intValue());
    JsonNode mixed =
        server.ask(
            COMPLETIONS,
            "{\"prompt\": [\"The old captain\", \"The sea\"], \"n\": 2, \"seed\": 3,"
                + " \"max_tokens\": 2}");
    assertEquals(
        List.of(0, 1, 2, 3),
        mixed.get("choices").valueStream().map(c -> c.get("index").intValue()).toList());
  }

  @Test
  void echoPutsThePromptInFrontInBothWays() throws Exception {
    String answer = "The old captain" + alone("The old captain", 8).text();
    assertEquals(
        answer,
        server
            .ask(COMPLETIONS, greedy("\"echo\": true"))
            .get("choices")
            .get(0)
            .get("text")
            .stringValue());
    StringBuilder streamed = new StringBuilder();
    server.stream(COMPLETIONS, greedy("\"echo\": true, \"stream\": true"))
        .forEach(e -> streamed.append(e.get("choices").get(0).get("text").stringValue()));
    assertEquals(answer, streamed.toString());
  }

  @Test
  void logprobsNameEveryTokenItsPlaceAndAlternatives() throws Exception {
    JsonNode choice = server.ask(COMPLETIONS, greedy("\"logprobs\": 2")).get("choices").get(0);
    JsonNode logprobs = choice.get("logprobs");
    assertEquals(8, logprobs.get("tokens").size());
    assertEquals(8, logprobs.get("token_logprobs").size());
    assertEquals(8, logprobs.get("top_logprobs").size());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      assertEquals(text.length(), logprobs.get("text_offset").get(i).intValue());
      String token = logprobs.get("tokens").get(i).stringValue();
      text.append(token);
      JsonNode top = logprobs.get("top_logprobs").get(i);
      assertEquals(logprobs.get("token_logprobs").get(i), top.get(token), "greedy takes the top");
      assertTrue(logprobs.get("token_logprobs").get(i).doubleValue() <= 0);
    }
    assertEquals(choice.get("text").stringValue(), text.toString());
  }

  @Test
  void aStopStringEndsTheAnswerAndIsNamed() throws Exception {
    String whole = alone("The old captain", 8).text();
    String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 2);
    JsonNode choice =
        server.ask(COMPLETIONS, greedy("\"stop\": " + quoted(stop))).get("choices").get(0);
    assertEquals(whole.substring(0, whole.indexOf(stop)), choice.get("text").stringValue());
    assertEquals("stop", choice.get("finish_reason").stringValue());
    assertEquals(stop, choice.get("stop_reason").stringValue());
  }

  private static String quoted(String text) {
    return tools.jackson.databind.node.StringNode.valueOf(text).toString();
  }

  @Test
  void aSeedRepeatsAndAnotherDoesNot() throws Exception {
    String body = "{\"prompt\": \"A\", \"seed\": %d, \"max_tokens\": 12, \"n\": 2}";
    JsonNode first = server.ask(COMPLETIONS, body.formatted(7)).get("choices");
    assertEquals(first, server.ask(COMPLETIONS, body.formatted(7)).get("choices"));
    assertNotEquals(first, server.ask(COMPLETIONS, body.formatted(8)).get("choices"));
    assertNotEquals(first.get(0).get("text"), first.get(1).get("text"));
  }

  @Test
  void saltsShareNoCacheAndEqualSaltsDo() throws Exception {
    String body =
        "{\"prompt\": \""
            + "The whale and the sea. ".repeat(12)
            + "\", \"max_tokens\": 1, \"cache_salt\": \"%s\"}";
    assertEquals(0, cached(body.formatted("red")));
    assertEquals(0, cached(body.formatted("blue")));
    assertTrue(cached(body.formatted("red")) >= 16);
    assertTrue(cached(body.formatted("blue")) >= 16);
  }

  private static int cached(String body) throws Exception {
    return server
        .ask(COMPLETIONS, body)
        .get("usage")
        .get("prompt_tokens_details")
        .get("cached_tokens")
        .intValue();
  }
}
