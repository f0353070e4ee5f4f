package dev.jacquard.engine;

import dev.jacquard.engine.core.ActiveRequest;
import dev.jacquard.engine.core.EngineLoop;
import dev.jacquard.engine.core.Sequence;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.engine.output.TextAssembler;
import dev.jacquard.engine.output.TextChunk;
import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.engine.token.Tokenizer;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SamplingParams;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A submitted request as its reader sees it: chunks of text as they come, or everything at the end. Detokenisation and stop strings happen here, on the reader's thread.
///
/// One thread reads; any thread may [#cancel].
public final class Generation {
  private static final long WAIT_NANOS = 1_000_000_000L;

  private final ActiveRequest request;
  private final EngineLoop loop;
  private final Answer[] answers;
  private final int[] promptTokens;
  private int next;

  Generation(ActiveRequest request, EngineLoop loop, Tokenizer tokenizer, int[] promptTokens) {
    this.request = request;
    this.loop = loop;
    this.promptTokens = promptTokens;
    answers = new Answer[request.count()];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = new Answer(request.sequence(i), tokenizer);
    }
  }

  /// The request's id.
  public String id() {
    return request.info().id();
  }

  /// The prompt as the model reads it.
  public int[] promptTokens() {
    return promptTokens.clone();
  }

  /// Ends what has not ended, as ABORTED. Returns at once; blocks are free at the next step.
  public void cancel() {
    loop.cancel(request);
  }

  /// Waits for the next piece of any answer; null when all have ended.
  ///
  /// @throws EngineException when the request failed
  /// @throws InterruptedException when the reader was interrupted; the request goes on until it is cancelled
  public @Nullable TextChunk next() throws InterruptedException {
    while (true) {
      long seen = request.version();
      boolean open = false;
      for (int i = 0; i < answers.length; i++) {
        Answer answer = answers[(next + i) % answers.length];
        TextChunk chunk = answer.poll();
        if (chunk != null) {
          next = (next + i + 1) % answers.length;
          return chunk;
        }
        open |= !answer.ended;
      }
      if (!open) {
        return null;
      }
      request.await(seen, WAIT_NANOS);
    }
  }

  /// Waits for the end and gives everything at once. Not to be mixed with [#next].
  ///
  /// @throws EngineException when the request failed
  public GenerationResult result() throws InterruptedException {
    List<StringBuilder> texts = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      texts.add(new StringBuilder());
    }
    for (TextChunk chunk = next(); chunk != null; chunk = next()) {
      texts.get(chunk.index()).append(chunk.text());
    }
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      Answer answer = answers[i];
      completions.add(
          new Completion(
              i,
              texts.get(i).toString(),
              answer.tokens,
              answer.finish,
              answer.stopReason,
              answer.logprobs));
    }
    return new GenerationResult(id(), boxed(promptTokens), completions, usage(), timings());
  }

  /// Tokens so far; final when all answers have ended.
  public GenerationResult.Usage usage() {
    int generated = 0;
    for (Answer answer : answers) {
      generated += answer.tokens.size();
    }
    return new GenerationResult.Usage(promptTokens.length, generated, request.cachedTokens());
  }

  /// Times so far; final when all answers have ended.
  public GenerationResult.Timings timings() {
    return new GenerationResult.Timings(
        seconds(request.firstPlannedNanos()),
        seconds(request.firstTokenNanos()),
        seconds(request.endNanos()));
  }

  private double seconds(long nanos) {
    return nanos < 0 ? 0 : (nanos - request.info().arrivalNanos()) / 1e9;
  }

  private static List<Integer> boxed(int[] tokens) {
    List<Integer> list = new ArrayList<>(tokens.length);
    for (int token : tokens) {
      list.add(token);
    }
    return list;
  }

  /// What has been read of one answer.
  private final class Answer {
    private final Sequence sequence;
    private final TextAssembler text;
    private final List<Integer> tokens = new ArrayList<>();
    private final List<TokenLogprobs> logprobs = new ArrayList<>();
    private FinishReason finish = FinishReason.NONE;
    private @Nullable String stopReason;
    private boolean ended;

    Answer(Sequence sequence, Tokenizer tokenizer) {
      this.sequence = sequence;
      SamplingParams params = sequence.request().sampling();
      text =
          new TextAssembler(
              tokenizer.continuation(params.skipSpecialTokens()),
              params.stop(),
              params.includeStop(),
              params.minTokens());
    }

    /// What is new, or null.
    @Nullable TextChunk poll() {
      if (ended) {
        return null;
      }
      // the reason is read first: tokens below a published length are complete when it is set
      FinishReason reason = sequence.finish();
      EngineException failure = request.failure();
      if (reason == FinishReason.ERROR && failure != null) {
        ended = true;
        throw failure;
      }
      int from = tokens.size();
      int[] fresh = sequence.generated(from);
      if (fresh.length == 0 && reason == FinishReason.NONE) {
        return null;
      }
      StringBuilder out = new StringBuilder();
      boolean detokenize = sequence.request().sampling().detokenize();
      for (int token : fresh) {
        tokens.add(token);
        TokenLogprobs reported = sequence.logprobs(tokens.size() - 1);
        if (reported != null) {
          logprobs.add(reported);
        }
        if (detokenize) {
          out.append(text.append(token));
          if (text.stop() != null) {
            loop.finish(sequence, FinishReason.STOP, null);
            return end(out, from, FinishReason.STOP, text.stop());
          }
        }
      }
      if (reason == FinishReason.NONE) {
        return chunk(out.toString(), from);
      }
      if (detokenize) {
        out.append(text.finish());
        if (text.stop() != null) {
          return end(out, from, FinishReason.STOP, text.stop());
        }
      }
      return end(out, from, reason, reason == FinishReason.STOP ? stopToken() : null);
    }

    /// A stop token that the client named; an end-of-generation token is not worth a mention.
    private @Nullable String stopToken() {
      int last = tokens.isEmpty() ? -1 : tokens.getLast();
      return sequence.request().sampling().stopTokenIds().contains(last)
          ? Integer.toString(last)
          : null;
    }

    private TextChunk end(
        StringBuilder out, int from, FinishReason reason, @Nullable String stopReason) {
      ended = true;
      finish = reason;
      this.stopReason = stopReason;
      return chunk(out.toString(), from);
    }

    private TextChunk chunk(String out, int from) {
      List<TokenLogprobs> reported =
          logprobs.isEmpty() ? List.of() : logprobs.subList(from, logprobs.size());
      return new TextChunk(
          sequence.index(), out, tokens.subList(from, tokens.size()), reported, finish, stopReason);
    }
  }
}
