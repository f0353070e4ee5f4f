package dev.jacquard.engine.server;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.chat.ChatFormat;
import dev.jacquard.engine.chat.ChatMessage;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.TextChunk;
import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.spi.request.SamplingParams;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/chat/completions`: messages, written down as the model's chat format wants them.
final class ChatDialect implements Dialect {
  private final Engine engine;

  ChatDialect(Engine engine) {
    this.engine = engine;
  }

  @Override
  public String idPrefix() {
    return "chatcmpl-";
  }

  @Override
  public String object() {
    return "chat.completion";
  }

  @Override
  public String chunkObject() {
    return "chat.completion.chunk";
  }

  @Override
  public SamplingParams sampling(RequestBody body, int maxModelLength) {
    body.unsupported("tools");
    body.unsupported("functions");
    body.unsupported("continue_final_message");
    RequestBody format = body.object("response_format");
    if (format != null && !"text".equals(format.text("type"))) {
      throw ApiError.badRequest(
          "response_format",
          "response_format: only {\"type\": \"text\"} is supported by this version");
    }
    int tops = body.count("top_logprobs").orElse(0);
    boolean logprobs = body.flag("logprobs", false);
    if (tops > 0 && !logprobs) {
      throw ApiError.badRequest(
          "top_logprobs", "top_logprobs says nothing without \"logprobs\": true");
    }
    SamplingParams sampling = SamplingFields.read(body, maxModelLength, logprobs ? tops : -1);
    List<String> stops = new ArrayList<>(sampling.stop());
    for (String stop : engine.chatFormat().stopStrings()) {
      if (!stops.contains(stop)) {
        stops.add(stop);
      }
    }
    return sampling.detokenize() ? sampling.toBuilder().stop(stops).build() : sampling;
  }

  @Override
  public List<GenerationRequest.Builder> prompts(RequestBody body, SamplingParams sampling) {
    JsonNode messages = body.get("messages");
    if (messages == null) {
      throw ApiError.badRequest("messages", "messages is missing; send a list of messages");
    }
    List<ChatMessage> chat = new ArrayList<>();
    for (JsonNode message : RequestBody.array("messages", messages)) {
      chat.add(message(message));
    }
    ChatFormat format = engine.chatFormat();
    String text;
    try {
      text = format.render(chat, body.flag("add_generation_prompt", true));
    } catch (IllegalArgumentException e) {
      throw ApiError.badRequest("messages", "messages: " + e.getMessage());
    }
    return List.of(GenerationRequest.prompt(text).parseSpecialTokens(true));
  }

  private static ChatMessage message(JsonNode message) {
    JsonNode role = message.get("role");
    if (role == null || !role.isString()) {
      throw ApiError.badRequest("messages", "messages: every message needs a role, a string");
    }
    return new ChatMessage(role.stringValue(), content(message.get("content")));
  }

  /// A string, or a list of text parts.
  private static String content(@Nullable JsonNode content) {
    if (content == null || content.isNull()) {
      return "";
    }
    if (content.isString()) {
      return content.stringValue();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : RequestBody.array("messages", content)) {
      JsonNode type = part.get("type");
      JsonNode value = part.get("text");
      if (type == null
          || !type.isString()
          || !type.stringValue().equals("text")
          || value == null
          || !value.isString()) {
        throw RequestBody.wrong(
            "messages", part, "{\"type\": \"text\", \"text\": …}; other parts are not supported");
      }
      text.append(value.stringValue());
    }
    return text.toString();
  }

  @Override
  public String echo(RequestBody body, int index) {
    return "";
  }

  @Override
  public ObjectNode choice(int index, String echo, Completion completion, int promptTokens) {
    ObjectNode choice = JsonNodeFactory.instance.objectNode();
    choice.put("index", index);
    choice.putObject("message").put("role", "assistant").put("content", completion.text());
    choice.set("logprobs", logprobs(completion.logprobs()));
    choice.put("finish_reason", GenerationApi.finishReason(completion.finish()));
    choice.put("stop_reason", completion.stopReason());
    return choice;
  }

  @Override
  public void open(ArrayNode choices, int index, String echo) {
    ObjectNode choice = choices.addObject();
    choice.put("index", index);
    choice.putObject("delta").put("role", "assistant").put("content", "");
    choice.putNull("logprobs").putNull("finish_reason");
  }

  @Override
  public ObjectNode piece(int index, TextChunk chunk, int offset) {
    ObjectNode choice = JsonNodeFactory.instance.objectNode();
    choice.put("index", index);
    ObjectNode delta = choice.putObject("delta");
    if (!chunk.text().isEmpty()) {
      delta.put("content", chunk.text());
    }
    choice.set("logprobs", logprobs(chunk.logprobs()));
    choice.put("finish_reason", GenerationApi.finishReason(chunk.finish()));
    if (chunk.stopReason() != null) {
      choice.put("stop_reason", chunk.stopReason());
    }
    return choice;
  }

  private JsonNode logprobs(List<TokenLogprobs> reported) {
    if (reported.isEmpty()) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode content = node.putArray("content");
    for (TokenLogprobs one : reported) {
      ObjectNode entry = entry(content.addObject(), one.token(), one.logprob());
      ArrayNode tops = entry.putArray("top_logprobs");
      for (int i = 0; i < one.topTokens().length; i++) {
        entry(tops.addObject(), one.topTokens()[i], one.topLogprobs()[i]);
      }
    }
    return node;
  }

  private ObjectNode entry(ObjectNode node, int token, float logprob) {
    node.put("token", TokenText.of(engine.tokenizer(), token)).put("logprob", logprob);
    ArrayNode bytes = node.putArray("bytes");
    for (byte one : engine.tokenizer().bytes(token, true)) {
      bytes.add(one & 0xff);
    }
    return node;
  }
}
