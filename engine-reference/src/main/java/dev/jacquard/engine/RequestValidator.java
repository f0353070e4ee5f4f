package dev.jacquard.engine;

import dev.jacquard.engine.token.Tokenizer;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.SamplingParams;
import java.util.List;

/// Checks a request against this engine, on the submitter's thread: what cannot be honoured is refused by name, never ignored.
final class RequestValidator {
  private RequestValidator() {}

  static void check(SamplingParams sampling, int vocabulary, int maxSequences) {
    if (sampling.n() > maxSequences) {
      throw new RequestRejectedException(
          StandardErrorCode.INVALID_REQUEST,
          "n",
          "n is " + sampling.n() + "; this engine takes on " + maxSequences + " sequences at most");
    }
    unsupported("use_beam_search", sampling.beamSearch());
    unsupported("best_of", sampling.bestOf() > sampling.n());
    unsupported("length_penalty", sampling.lengthPenalty() != 1);
    unsupported("early_stopping", sampling.earlyStopping());
    unsupported("prompt_logprobs", sampling.promptLogprobs() >= 0);
    unsupported("spaces_between_special_tokens", !sampling.spacesBetweenSpecialTokens());
    ids("stop_token_ids", sampling.stopTokenIds(), vocabulary);
    ids("forced_token_ids", sampling.forcedTokenIds(), vocabulary);
    if (!sampling.stop().isEmpty() && !sampling.detokenize()) {
      throw new RequestRejectedException(
          StandardErrorCode.INVALID_REQUEST,
          "stop",
          "stop strings need text: leave detokenize on, or use stop_token_ids");
    }
  }

  private static void unsupported(String parameter, boolean asked) {
    if (asked) {
      throw new RequestRejectedException(
          StandardErrorCode.UNSUPPORTED_PARAMETER,
          parameter,
          parameter + " is not supported by this version; leave it out");
    }
  }

  private static void ids(String parameter, List<Integer> ids, int vocabulary) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new RequestRejectedException(
            StandardErrorCode.INVALID_REQUEST,
            parameter,
            parameter + " has " + id + "; token ids of this model are 0 to " + (vocabulary - 1));
      }
    }
  }

  /// The prompt as tokens: at least one, and room for one more.
  static int[] prompt(GenerationRequest request, Tokenizer tokenizer, int maxLength) {
    String text = request.text();
    int[] prompt;
    if (text == null) {
      ids("prompt", request.tokens(), tokenizer.vocabularySize());
      prompt = request.tokens().stream().mapToInt(Integer::intValue).toArray();
    } else {
      prompt = tokenizer.encode(text, request.addSpecialTokens(), request.parseSpecialTokens());
    }
    if (prompt.length == 0) {
      throw new RequestRejectedException(
          StandardErrorCode.INVALID_REQUEST,
          "prompt",
          "the prompt has no tokens; give it some text");
    }
    if (prompt.length >= maxLength) {
      throw new RequestRejectedException(
          StandardErrorCode.PROMPT_TOO_LONG,
          "prompt",
          "the prompt has "
              + prompt.length
              + " tokens; at most "
              + (maxLength - 1)
              + " fit, one less than the model's "
              + maxLength
              + ", so that there is room for an answer: shorten it");
    }
    return prompt;
  }
}
