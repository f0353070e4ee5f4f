package dev.jacquard.engine.server;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.TextChunk;
import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.spi.request.SamplingParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/completions`: a prompt as text or tokens, or a list of either.
final class CompletionsDialect implements Dialect {
  private static final int DEFAULT_MAX_TOKENS = 16;

  private final Engine engine;

  CompletionsDialect(Engine engine) {
    this.engine = engine;
  }

  @Override
  public String idPrefix() {
    return "cmpl-";
  }

  @Override
  public String object() {
    return "text_completion";
  }

  @Override
  public String chunkObject() {
    return "text_completion";
  }

  @Override
  public SamplingParams sampling(RequestBody body, int maxModelLength) {
    body.unsupported("suffix");
    return SamplingFields.read(body, DEFAULT_MAX_TOKENS, body.count("logprobs").orElse(-1));
  }

  @Override
  public List<GenerationRequest.Builder> prompts(RequestBody body, SamplingParams sampling) {
    JsonNode prompt = body.get("prompt");
    if (prompt == null) {
      throw ApiError.badRequest(
          "prompt", "prompt is missing; send a string or a list of token ids");
    }
    if (prompt.isString()) {
      return List.of(GenerationRequest.prompt(prompt.stringValue()));
    }
    RequestBody.array("prompt", prompt);
    if (prompt.isEmpty()) {
      throw ApiError.badRequest("prompt", "prompt is an empty list; send at least one prompt");
    }
    if (prompt.get(0).isNumber()) {
      return List.of(GenerationRequest.tokens(tokens(prompt)));
    }
    List<GenerationRequest.Builder> prompts = new ArrayList<>();
    for (JsonNode one : prompt) {
      if (one.isString()) {
        prompts.add(GenerationRequest.prompt(one.stringValue()));
      } else {
        prompts.add(GenerationRequest.tokens(tokens(RequestBody.array("prompt", one))));
      }
    }
    return prompts;
  }

  private static List<Integer> tokens(JsonNode list) {
    List<Integer> tokens = new ArrayList<>();
    for (JsonNode element : list) {
      if (!element.isIntegralNumber() || !element.canConvertToInt()) {
        throw RequestBody.wrong("prompt", element, "a token id");
      }
      tokens.add(element.intValue());
    }
    return tokens;
  }

  @Override
  public String echo(RequestBody body, int index) {
    if (!body.flag("echo", false)) {
      return "";
    }
    JsonNode prompt = Objects.requireNonNull(body.get("prompt"));
    JsonNode one = prompt.isArray() && !prompt.get(0).isNumber() ? prompt.get(index) : prompt;
    if (one.isString()) {
      return one.stringValue();
    }
    return engine
        .tokenizer()
        .decode(tokens(one).stream().mapToInt(Integer::intValue).toArray(), true);
  }

  @Override
  public ObjectNode choice(int index, String echo, Completion completion, int promptTokens) {
    ObjectNode choice = JsonNodeFactory.instance.objectNode();
    choice.put("index", index).put("text", echo + completion.text());
    choice.set("logprobs", logprobs(completion.logprobs(), echo.length()));
    choice.put("finish_reason", GenerationApi.finishReason(completion.finish()));
    choice.put("stop_reason", completion.stopReason());
    return choice;
  }

  @Override
  public void open(ArrayNode choices, int index, String echo) {
    if (!echo.isEmpty()) {
      ObjectNode choice = choices.addObject();
      choice.put("index", index).put("text", echo);
      choice.putNull("logprobs").putNull("finish_reason");
    }
  }

  @Override
  public ObjectNode piece(int index, TextChunk chunk, int offset) {
    ObjectNode choice = JsonNodeFactory.instance.objectNode();
    choice.put("index", index).put("text", chunk.text());
    choice.set("logprobs", logprobs(chunk.logprobs(), offset));
    choice.put("finish_reason", GenerationApi.finishReason(chunk.finish()));
    if (chunk.stopReason() != null) {
      choice.put("stop_reason", chunk.stopReason());
    }
    return choice;
  }

  private @Nullable JsonNode logprobs(List<TokenLogprobs> reported, int offset) {
    if (reported.isEmpty()) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode tokens = node.putArray("tokens");
    ArrayNode logprobs = node.putArray("token_logprobs");
    ArrayNode tops = node.putArray("top_logprobs");
    ArrayNode offsets = node.putArray("text_offset");
    int at = offset;
    for (TokenLogprobs one : reported) {
      String text = TokenText.of(engine.tokenizer(), one.token());
      tokens.add(text);
      logprobs.add(one.logprob());
      offsets.add(at);
      at += text.length();
      ObjectNode top = tops.addObject();
      for (int i = 0; i < one.topTokens().length; i++) {
        top.put(TokenText.of(engine.tokenizer(), one.topTokens()[i]), one.topLogprobs()[i]);
      }
    }
    return node;
  }
}
