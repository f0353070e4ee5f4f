package dev.jacquard.engine.core;

import dev.jacquard.engine.model.ModelGraph;
import dev.jacquard.engine.sampling.Sampler;
import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SamplingParams;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns a step's logits into tokens: downloads, samples, appends and checks the stops, row by row.
///
/// Stops are checked in vLLM's order: `min_tokens` gate → end-of-generation token → `stop_token_ids` → length. Until `min_tokens` is reached the ending tokens cannot be chosen
/// at all. Stop strings are the request's thread's business. Engine thread.
final class TokenChooser {
  private static final Logger LOG = LoggerFactory.getLogger(TokenChooser.class);
  private static final SamplingParams ANY = SamplingParams.builder().topP(0.95).build();
  private static final int[] NO_TOKENS = {};

  private final Sampler sampler;
  private final EndTokens endTokens;
  private final EngineClock clock;
  private final EngineEvents events;
  private final float[] logits;
  private final float[] scratch;
  private final MemorySegment logitsSegment;

  TokenChooser(EngineParts parts) {
    int vocabulary = parts.graph().vocabulary();
    // padded rows of the output matrix stand for no token: they are never chosen
    sampler = new Sampler(Math.min(vocabulary, parts.vocabulary()));
    endTokens = parts.endTokens();
    clock = parts.clock();
    events = parts.events();
    logits = new float[vocabulary];
    scratch = new float[vocabulary];
    logitsSegment = MemorySegment.ofArray(logits);
  }

  /// Chooses the tokens of all outputs, appends them and fills the results. False when no logits were wanted, so that the step was not waited for.
  boolean choose(StepSlot slot, ModelGraph graph, KernelBackend backend) {
    boolean waited = false;
    for (int row = 0; row < slot.plan.rows(); row++) {
      int output = slot.outputOf[row];
      if (output < 0) {
        continue;
      }
      Sequence sequence = slot.sequences[row];
      if (sequence.finish() != FinishReason.NONE) {
        slot.chosen[output] = 0;
        continue; // cancelled or ended while the step was in flight: the row is discarded
      }
      backend.downloadRows(graph.logits(), output, 1, logitsSegment);
      waited = true;
      boolean starts = startsGroup(sequence);
      int before = sequence.length();
      FinishReason finish = nextOrError(sequence);
      if (sequence.length() == before) {
        slot.chosen[output] = 0;
        slot.results.set(row, 0, finish);
        continue;
      }
      slot.chosen[output] = sequence.token(sequence.length() - 1);
      slot.results.set(row, 1, finish);
      if (starts) {
        for (int i = 1; i < sequence.owner().count(); i++) {
          Sequence sibling = sequence.owner().sequence(i);
          FinishReason siblingFinish = nextOrError(sibling);
          if (siblingFinish != FinishReason.NONE) {
            sibling.end(siblingFinish);
          }
        }
      }
    }
    return waited;
  }

  /// Chooses a token that nobody gets: for a warm-up, whose logits need not be numbers.
  void tryOut(ModelGraph graph, KernelBackend backend, int output) {
    backend.downloadRows(graph.logits(), output, 1, logitsSegment);
    System.arraycopy(logits, 0, scratch, 0, logits.length);
    try {
      sampler.choose(scratch, ANY, NO_TOKENS, 0, 0, output, null);
    } catch (ArithmeticException e) {
      LOG.debug("the logits of a warm-up step are no numbers", e);
    }
  }

  /// Chooses the next token; logits that are no numbers are this request's misfortune and nobody else's.
  private FinishReason nextOrError(Sequence sequence) {
    try {
      return next(sequence);
    } catch (ArithmeticException e) {
      sequence
          .owner()
          .fail(
              new BackendException(
                  StandardErrorCode.BACKEND_FAILED,
                  BackendException.Severity.STEP_FAILED,
                  String.valueOf(e.getMessage()),
                  e));
      return FinishReason.ERROR;
    }
  }

  private static boolean startsGroup(Sequence sequence) {
    return sequence.index() == 0
        && sequence.owner().count() > 1
        && sequence.length() == sequence.promptLength();
  }

  /// Whether a completed row gave its group the first tokens.
  boolean startedGroup(StepSlot slot, int row) {
    Sequence sequence = slot.sequences[row];
    return sequence.index() == 0
        && sequence.owner().count() > 1
        && slot.results.acceptedTokens(row) > 0
        && sequence.length() == sequence.promptLength() + 1;
  }

  /// Whether a group's first answer ended before any of the group had a token.
  boolean failedGroup(StepSlot slot, int row) {
    Sequence sequence = slot.sequences[row];
    return sequence.index() == 0
        && sequence.owner().count() > 1
        && slot.results.finish(row) == FinishReason.ERROR
        && sequence.length() == sequence.promptLength();
  }

  private FinishReason next(Sequence sequence) {
    SamplingParams params = sequence.request().sampling();
    int generated = sequence.length() - sequence.promptLength();
    int token;
    if (generated < params.forcedTokenIds().size()) {
      token = params.forcedTokenIds().get(generated);
    } else {
      System.arraycopy(logits, 0, scratch, 0, logits.length);
      token =
          sampler.choose(
              scratch,
              params,
              sequence.tokens(),
              sequence.promptLength(),
              sequence.length(),
              sequence.seed(),
              generated < params.minTokens() ? banned(sequence) : null);
    }
    TokenLogprobs reported =
        params.logprobs() >= 0 ? sampler.report(logits, token, params.logprobs()) : null;
    sequence.append(token, reported);
    if (generated == 0 && sequence.index() == 0) {
      long now = clock.nanos();
      sequence.owner().token(now);
      events.firstToken(now - sequence.request().arrivalNanos());
    }
    return finish(sequence, params, token, generated + 1);
  }

  private FinishReason finish(Sequence sequence, SamplingParams params, int token, int generated) {
    if (!params.forcedTokenIds().isEmpty()) {
      if (generated == params.forcedTokenIds().size()) {
        return FinishReason.STOP;
      }
    } else if (generated >= params.minTokens()) {
      if (!params.ignoreEos() && endTokens.contains(token)) {
        return FinishReason.STOP;
      }
      if (!params.stopTokenIds().isEmpty() && params.stopTokenIds().contains(token)) {
        return FinishReason.STOP;
      }
    }
    boolean full = generated >= params.maxTokens() || sequence.length() >= sequence.maxLength();
    return full ? FinishReason.LENGTH : FinishReason.NONE;
  }

  /// Ending tokens that `min_tokens` forbids; made once a request.
  private int[] banned(Sequence sequence) {
    ActiveRequest request = sequence.owner();
    int[] known = request.banned();
    if (known == null) {
      SamplingParams params = sequence.request().sampling();
      IntStream own = params.stopTokenIds().stream().mapToInt(Integer::intValue);
      known =
          params.ignoreEos()
              ? own.toArray()
              : IntStream.concat(own, Arrays.stream(endTokens.ids())).toArray();
      request.ban(known);
    }
    return known;
  }
}
