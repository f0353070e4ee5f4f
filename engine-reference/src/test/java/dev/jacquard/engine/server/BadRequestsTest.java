package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.CHAT;
import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class BadRequestsTest {
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

  private static JsonNode refused(int status, String path, String body) throws Exception {
    HttpResponse<String> response = server.post(path, body);
    assertEquals(status, response.statusCode(), body + " got " + response.body());
    JsonNode json = TestServer.json(response.body());
    JsonNode error = json.get("error");
    assertEquals(1, json.size());
    assertEquals(
        new TreeSet<>(List.of("message", "type", "param", "code")),
        new TreeSet<>(error.propertyNames()));
    assertTrue(error.get("message").isString());
    assertEquals("invalid_request_error", error.get("type").stringValue());
    return error;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prompt|17",
        "prompt|{}",
        "prompt|[]",
        "prompt|[[]]",
        "prompt|[1, \"a\"]",
        "prompt|[-1]",
        "prompt|[999999]",
        "prompt|[1.5]",
        "max_tokens|0",
        "max_tokens|-3",
        "max_tokens|1e12",
        "max_tokens|\"8\"",
        "max_tokens|2.5",
        "temperature|-1",
        "temperature|1e9",
        "temperature|1e999",
        "temperature|\"hot\"",
        "top_p|0",
        "top_p|1.01",
        "top_k|-2",
        "min_p|2",
        "n|0",
        "n|100000",
        "logprobs|-1",
        "logprobs|true",
        "logprobs|101",
        "presence_penalty|3",
        "repetition_penalty|0",
        "seed|1.5",
        "seed|99999999999999999999",
        "stop|[\"\"]",
        "stop|7",
        "stop_token_ids|[-1]",
        "stop_token_ids|3",
        "min_tokens|17",
        "cache_salt|\"\"",
        "cache_salt|5",
        "stream|\"yes\"",
        "stream|1",
        "stream_options|true",
        "priority|\"high\"",
        "logit_bias|{\"5\": 1}",
        "suffix|\"end\"",
        "best_of|4",
        "use_beam_search|true",
        "prompt_logprobs|1"
      })
  void aFieldThatMakesNoSenseIsNamed(String line) throws Exception {
    String field = line.substring(0, line.indexOf('|'));
    String value = line.substring(line.indexOf('|') + 1);
    String prompt = field.equals("prompt") ? "" : "\"prompt\": \"A\", ";
    String stream = field.equals("stream_options") ? ", \"stream\": true" : "";
    JsonNode error =
        refused(400, COMPLETIONS, "{" + prompt + "\"" + field + "\": " + value + stream + "}");
    assertEquals(field, error.get("param").stringValue(), error.toString());
    assertTrue(error.get("message").stringValue().contains(field), error.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "messages|7",
        "messages|[]",
        "messages|[3]",
        "messages|[{\"content\": \"no role\"}]",
        "messages|[{\"role\": 3, \"content\": \"x\"}]",
        "messages|[{\"role\": \"wizard\", \"content\": \"x\"}]",
        "messages|[{\"role\": \"user\", \"content\": 5}]",
        "messages|[{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]",
        "top_logprobs|2",
        "top_logprobs|-1",
        "max_completion_tokens|0",
        "tools|[{\"type\": \"function\"}]",
        "response_format|{\"type\": \"json_object\"}",
        "response_format|\"text\""
      })
  void aChatFieldThatMakesNoSenseIsNamed(String line) throws Exception {
    String field = line.substring(0, line.indexOf('|'));
    String value = line.substring(line.indexOf('|') + 1);
    String messages =
        field.equals("messages")
            ? ""
            : "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], ";
    String name = field.startsWith("max_") ? "max_tokens" : field;
    JsonNode error = refused(400, CHAT, "{" + messages + "\"" + field + "\": " + value + "}");
    assertEquals(name, error.get("param").stringValue(), error.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "\"text\"", "{} {}", "{'a': 1}", "{\"a\": NaN}"})
  void aBodyThatIsNoJsonObjectIsRefused(String body) throws Exception {
    refused(400, COMPLETIONS, body);
  }

  @Test
  void nestingHasABound() throws Exception {
    refused(400, COMPLETIONS, "{\"x\": " + "[".repeat(5000) + "]".repeat(5000) + "}");
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    assertEquals("prompt", refused(400, COMPLETIONS, "{}").get("param").stringValue());
    assertEquals("messages", refused(400, CHAT, "{}").get("param").stringValue());
  }

  @Test
  void tooLongAPromptHasOpenAisCode() throws Exception {
    String body = "{\"prompt\": \"" + "whale ".repeat(2000) + "\"}";
    JsonNode error = refused(400, COMPLETIONS, body);
    assertEquals("context_length_exceeded", error.get("code").stringValue());
    assertEquals("prompt", error.get("param").stringValue());
  }

  @Test
  void tooManyPromptsAreRefused() throws Exception {
    String body = "{\"prompt\": [" + "\"A\", ".repeat(200) + "\"A\"]}";
    assertEquals("prompt", refused(400, COMPLETIONS, body).get("param").stringValue());
  }

  @Test
  void anotherModelIsNotFound() throws Exception {
    JsonNode error = refused(404, COMPLETIONS, "{\"prompt\": \"A\", \"model\": \"gpt-9\"}");
    assertEquals("model_not_found", error.get("code").stringValue());
    assertEquals("model", error.get("param").stringValue());
    assertEquals(404, server.get("/v1/models/gpt-9").statusCode());
  }

  @Test
  void badRequestsInAStreamAreRefusedBeforeItBegins() throws Exception {
    refused(400, COMPLETIONS, "{\"prompt\": \"A\", \"stream\": true, \"n\": -1}");
  }
}
