package dev.jacquard.engine.server;

import dev.jacquard.spi.request.SamplingParams;
import java.util.List;

/// Reads the sampling fields both dialects share, named as OpenAI and vLLM name them.
final class SamplingFields {
  /// Known fields that this version cannot honour: refused, never ignored.
  private static final List<String> UNSUPPORTED =
      List.of(
          "logit_bias",
          "allowed_token_ids",
          "bad_words",
          "guided_json",
          "guided_regex",
          "guided_choice",
          "guided_grammar",
          "structured_outputs",
          "truncate_prompt_tokens",
          "prompt_embeds");

  private SamplingFields() {}

  /// @param defaultMaxTokens when the body names none
  /// @param logprobs alternatives a token, -1 for no report
  static SamplingParams read(RequestBody body, int defaultMaxTokens, int logprobs) {
    UNSUPPORTED.forEach(body::unsupported);
    SamplingParams.Builder p = SamplingParams.builder();
    body.whole("n").ifPresent(p::n);
    body.whole("best_of").ifPresent(p::bestOf);
    body.number("presence_penalty").ifPresent(p::presencePenalty);
    body.number("frequency_penalty").ifPresent(p::frequencyPenalty);
    body.number("repetition_penalty").ifPresent(p::repetitionPenalty);
    body.number("temperature").ifPresent(p::temperature);
    body.number("top_p").ifPresent(p::topP);
    body.whole("top_k").ifPresent(k -> p.topK(k == -1 ? 0 : k)); // vLLM's -1 is "all"
    body.number("min_p").ifPresent(p::minP);
    Long seed = body.longNumber("seed");
    if (seed != null) {
      p.seed(seed);
    }
    p.beamSearch(body.flag("use_beam_search", false));
    body.number("length_penalty").ifPresent(p::lengthPenalty);
    p.earlyStopping(body.flag("early_stopping", false));
    p.stop(body.texts("stop"));
    p.stopTokenIds(body.wholes("stop_token_ids"));
    p.includeStop(body.flag("include_stop_str_in_output", false));
    p.ignoreEos(body.flag("ignore_eos", false));
    p.maxTokens(defaultMaxTokens);
    body.whole("max_tokens").ifPresent(p::maxTokens);
    body.whole("max_completion_tokens").ifPresent(p::maxTokens);
    body.whole("min_tokens").ifPresent(p::minTokens);
    p.logprobs(logprobs);
    body.whole("prompt_logprobs").ifPresent(p::promptLogprobs);
    p.detokenize(body.flag("detokenize", true));
    p.skipSpecialTokens(body.flag("skip_special_tokens", true));
    p.spacesBetweenSpecialTokens(body.flag("spaces_between_special_tokens", true));
    p.forcedTokenIds(body.wholes("forced_token_ids"));
    try {
      return p.build();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw ApiError.badRequest(message.substring(0, message.indexOf(' ')), message);
    }
  }
}
