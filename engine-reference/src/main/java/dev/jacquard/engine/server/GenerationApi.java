package dev.jacquard.engine.server;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.engine.output.TextChunk;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.SamplingParams;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The course of a generating request, whatever its dialect: parse → submit → answer whole or in pieces. A client that leaves cancels everything it asked for.
final class GenerationApi {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationApi.class);
  private static final int MAX_PROMPTS = 128;

  private final Engine engine;
  private final Dialect dialect;

  GenerationApi(Engine engine, Dialect dialect) {
    this.engine = engine;
    this.dialect = dialect;
  }

  void handle(Exchange exchange, String tenant) throws InterruptedException {
    RequestBody body = RequestBody.parse(exchange.body());
    String model = body.text("model");
    if (model != null) {
      ModelsApi.requireServed(engine, model);
    }
    boolean stream = body.flag("stream", false);
    SamplingParams sampling = dialect.sampling(body, engine.maxModelLength());
    List<GenerationRequest.Builder> prompts = dialect.prompts(body, sampling);
    if (prompts.size() > MAX_PROMPTS) {
      throw ApiError.badRequest(
          "prompt", "the request has " + prompts.size() + " prompts; send at most " + MAX_PROMPTS);
    }
    String id = dialect.idPrefix() + UUID.randomUUID().toString().replace("-", "");
    List<Generation> generations = submit(exchange, body, tenant, id, sampling, prompts);
    exchange.onCancel(() -> generations.forEach(Generation::cancel));
    try {
      if (stream) {
        new EventStream(exchange, body, id, sampling).run(generations);
      } else {
        Router.json(exchange, whole(body, id, sampling, generations));
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      generations.forEach(Generation::cancel);
      throw e;
    }
  }

  private List<Generation> submit(
      Exchange exchange,
      RequestBody body,
      String tenant,
      String id,
      SamplingParams sampling,
      List<GenerationRequest.Builder> prompts) {
    RequestHints hints = engine.hintReader().read(body.plain(), exchange::header);
    String salt = body.text("cache_salt");
    if (salt != null && salt.isEmpty()) {
      throw ApiError.badRequest(
          "cache_salt", "cache_salt is empty; give it a value or leave it out");
    }
    List<Generation> generations = new ArrayList<>();
    try {
      for (int i = 0; i < prompts.size(); i++) {
        GenerationRequest.Builder prompt =
            prompts
                .get(i)
                .id(prompts.size() == 1 ? id : id + "-" + i)
                .sampling(sampling)
                .priority(body.whole("priority").orElse(0))
                .tenant(tenant)
                .cacheSalt(salt == null ? "" : salt)
                .hints(hints);
        generations.add(engine.submit(prompt.build()));
      }
      return generations;
    } catch (RuntimeException e) {
      generations.forEach(Generation::cancel);
      throw e;
    }
  }

  private ObjectNode whole(
      RequestBody body, String id, SamplingParams sampling, List<Generation> generations)
      throws InterruptedException {
    ObjectNode answer = head(id, dialect.object());
    ArrayNode choices = answer.putArray("choices");
    List<GenerationResult.Usage> usages = new ArrayList<>();
    for (int i = 0; i < generations.size(); i++) {
      GenerationResult result = generations.get(i).result();
      for (Completion completion : result.completions()) {
        choices.add(
            dialect.choice(
                i * sampling.n() + completion.index(),
                dialect.echo(body, i),
                completion,
                result.promptTokenIds().size()));
      }
      usages.add(result.usage());
    }
    answer.set("usage", usage(usages));
    return answer;
  }

  private ObjectNode head(String id, String object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", object)
        .put("created", System.currentTimeMillis() / 1000)
        .put("model", engine.modelName());
  }

  private static ObjectNode usage(List<GenerationResult.Usage> usages) {
    int prompt = 0;
    int completion = 0;
    int cached = 0;
    for (GenerationResult.Usage usage : usages) {
      prompt += usage.promptTokens();
      completion += usage.completionTokens();
      cached += usage.cachedTokens();
    }
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt_tokens", prompt)
            .put("completion_tokens", completion)
            .put("total_tokens", prompt + completion);
    node.putObject("prompt_tokens_details").put("cached_tokens", cached);
    return node;
  }

  /// The name OpenAI has for a reason, or null while there is none.
  static @Nullable String finishReason(FinishReason reason) {
    return switch (reason) {
      case NONE -> null;
      case STOP -> "stop";
      case LENGTH -> "length";
      case TOOL_CALLS -> "tool_calls";
      case ABORTED -> "abort";
      case ERROR -> "error";
    };
  }

  /// A streamed answer: all prompts of the request one after the other.
  private final class EventStream {
    private final Exchange exchange;
    private final RequestBody body;
    private final String id;
    private final SamplingParams sampling;
    private final boolean includeUsage;

    EventStream(Exchange exchange, RequestBody body, String id, SamplingParams sampling) {
      this.exchange = exchange;
      this.body = body;
      this.id = id;
      this.sampling = sampling;
      RequestBody options = body.object("stream_options");
      includeUsage = options != null && options.flag("include_usage", false);
    }

    void run(List<Generation> generations) throws InterruptedException {
      exchange.startEvents();
      try {
        for (int i = 0; i < generations.size(); i++) {
          one(i, generations.get(i));
        }
        if (includeUsage) {
          ObjectNode last = head(id, dialect.chunkObject());
          last.putArray("choices");
          last.set("usage", usage(generations.stream().map(Generation::usage).toList()));
          exchange.event(last.toString());
        }
      } catch (Exchange.ClientGoneException e) {
        throw e;
      } catch (RuntimeException e) {
        // the status is sent already: the error travels as an event
        ApiError error = ApiError.from(e);
        if (error.fault(e)) {
          LOG.error("{} failed while its answer was streamed", id, e);
        }
        exchange.event(error.json().toString());
        generations.forEach(Generation::cancel);
      }
      exchange.event("[DONE]");
      exchange.endEvents();
    }

    private void one(int prompt, Generation generation) throws InterruptedException {
      int first = prompt * sampling.n();
      for (int i = 0; i < sampling.n(); i++) {
        ObjectNode opening = head(id, dialect.chunkObject());
        ArrayNode choices = opening.putArray("choices");
        dialect.open(choices, first + i, dialect.echo(body, prompt));
        if (!choices.isEmpty()) {
          exchange.event(opening.toString());
        }
      }
      int[] offsets = new int[sampling.n()];
      for (TextChunk chunk = generation.next(); chunk != null; chunk = generation.next()) {
        boolean silent =
            chunk.text().isEmpty()
                && chunk.finish() == FinishReason.NONE
                && chunk.logprobs().isEmpty();
        if (silent) {
          continue; // half a character, or text that may become a stop string
        }
        ObjectNode event = head(id, dialect.chunkObject());
        event
            .putArray("choices")
            .add(dialect.piece(first + chunk.index(), chunk, offsets[chunk.index()]));
        offsets[chunk.index()] += chunk.text().length();
        exchange.event(event.toString());
      }
    }
  }
}
