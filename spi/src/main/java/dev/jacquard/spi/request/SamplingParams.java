package dev.jacquard.spi.request;

import java.util.List;

/// How the tokens of a request are chosen and when it ends. Named and meant as in vLLM's `SamplingParams`; immutable. Build one with [#builder()].
///
/// Values are plain here; [Builder#build()] refuses what no engine could mean (`IllegalArgumentException` naming the parameter, the value and the
/// range). An engine that cannot honour a parameter refuses the request, it never ignores the parameter.
///
/// @param n answers to one prompt
/// @param bestOf answers generated, of which the `n` best are returned; 0 means `n`
/// @param presencePenalty in `[-2, 2]`, for each token that appeared in the answer
/// @param frequencyPenalty in `[-2, 2]`, for each time a token appeared in the answer
/// @param repetitionPenalty over 0, 1 for none; for tokens of prompt and answer
/// @param temperature at least 0; 0 is greedy
/// @param topP in `(0, 1]`
/// @param topK at least 1, or 0 for all
/// @param minP in `[0, 1]`, relative to the most likely token
/// @param seed the draw depends on it alone when `seeded`
/// @param seeded whether the client chose the seed
/// @param beamSearch beam search instead of sampling
/// @param lengthPenalty of beam search
/// @param earlyStopping of beam search
/// @param stop strings that end the answer
/// @param stopTokenIds tokens that end the answer
/// @param includeStop whether the stop string stays in the text
/// @param ignoreEos go on after an end-of-generation token
/// @param maxTokens most generated tokens, at least 1
/// @param minTokens generated tokens before any stop counts
/// @param logprobs alternatives reported for each generated token, -1 for none
/// @param promptLogprobs the same for the prompt
/// @param detokenize whether text is wanted
/// @param skipSpecialTokens whether control tokens are left out of the text
/// @param spacesBetweenSpecialTokens spaces between them when they are kept
/// @param forcedTokenIds a recorded answer to replay: its tokens are taken instead of sampled ones
public record SamplingParams(
    int n,
    int bestOf,
    double presencePenalty,
    double frequencyPenalty,
    double repetitionPenalty,
    double temperature,
    double topP,
    int topK,
    double minP,
    long seed,
    boolean seeded,
    boolean beamSearch,
    double lengthPenalty,
    boolean earlyStopping,
    List<String> stop,
    List<Integer> stopTokenIds,
    boolean includeStop,
    boolean ignoreEos,
    int maxTokens,
    int minTokens,
    int logprobs,
    int promptLogprobs,
    boolean detokenize,
    boolean skipSpecialTokens,
    boolean spacesBetweenSpecialTokens,
    List<Integer> forcedTokenIds) {

  /// Copies the lists.
  public SamplingParams {
    stop = List.copyOf(stop);
    stopTokenIds = List.copyOf(stopTokenIds);
    forcedTokenIds = List.copyOf(forcedTokenIds);
  }

  /// Starts from vLLM's defaults: one answer of at most 16 tokens at temperature 1.
  public static Builder builder() {
    return new Builder();
  }

  /// Starts from this object's values.
  public Builder toBuilder() {
    return new Builder(this);
  }

  /// Whether the most likely token is always taken.
  public boolean greedy() {
    return temperature == 0.0;
  }

  /// Collects values; every setter returns this.
  public static final class Builder {
    private int n = 1;
    private int bestOf;
    private double presencePenalty;
    private double frequencyPenalty;
    private double repetitionPenalty = 1;
    private double temperature = 1;
    private double topP = 1;
    private int topK;
    private double minP;
    private long seed;
    private boolean seeded;
    private boolean beamSearch;
    private double lengthPenalty = 1;
    private boolean earlyStopping;
    private List<String> stop = List.of();
    private List<Integer> stopTokenIds = List.of();
    private boolean includeStop;
    private boolean ignoreEos;
    private int maxTokens = 16;
    private int minTokens;
    private int logprobs = -1;
    private int promptLogprobs = -1;
    private boolean detokenize = true;
    private boolean skipSpecialTokens = true;
    private boolean spacesBetweenSpecialTokens = true;
    private List<Integer> forcedTokenIds = List.of();

    private Builder() {}

    private Builder(SamplingParams p) {
      n = p.n;
      bestOf = p.bestOf;
      presencePenalty = p.presencePenalty;
      frequencyPenalty = p.frequencyPenalty;
      repetitionPenalty = p.repetitionPenalty;
      temperature = p.temperature;
      topP = p.topP;
      topK = p.topK;
      minP = p.minP;
      seed = p.seed;
      seeded = p.seeded;
      beamSearch = p.beamSearch;
      lengthPenalty = p.lengthPenalty;
      earlyStopping = p.earlyStopping;
      stop = p.stop;
      stopTokenIds = p.stopTokenIds;
      includeStop = p.includeStop;
      ignoreEos = p.ignoreEos;
      maxTokens = p.maxTokens;
      minTokens = p.minTokens;
      logprobs = p.logprobs;
      promptLogprobs = p.promptLogprobs;
      detokenize = p.detokenize;
      skipSpecialTokens = p.skipSpecialTokens;
      spacesBetweenSpecialTokens = p.spacesBetweenSpecialTokens;
      forcedTokenIds = p.forcedTokenIds;
    }

    /// `n`.
    public Builder n(int value) {
      n = value;
      return this;
    }

    /// `best_of`.
    public Builder bestOf(int value) {
      bestOf = value;
      return this;
    }

    /// `presence_penalty`.
    public Builder presencePenalty(double value) {
      presencePenalty = value;
      return this;
    }

    /// `frequency_penalty`.
    public Builder frequencyPenalty(double value) {
      frequencyPenalty = value;
      return this;
    }

    /// `repetition_penalty`.
    public Builder repetitionPenalty(double value) {
      repetitionPenalty = value;
      return this;
    }

    /// `temperature`.
    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    /// `top_p`.
    public Builder topP(double value) {
      topP = value;
      return this;
    }

    /// `top_k`.
    public Builder topK(int value) {
      topK = value;
      return this;
    }

    /// `min_p`.
    public Builder minP(double value) {
      minP = value;
      return this;
    }

    /// `use_beam_search`.
    public Builder beamSearch(boolean value) {
      beamSearch = value;
      return this;
    }

    /// `length_penalty`.
    public Builder lengthPenalty(double value) {
      lengthPenalty = value;
      return this;
    }

    /// `early_stopping`.
    public Builder earlyStopping(boolean value) {
      earlyStopping = value;
      return this;
    }

    /// `stop`.
    public Builder stop(List<String> value) {
      stop = value;
      return this;
    }

    /// `stop_token_ids`.
    public Builder stopTokenIds(List<Integer> value) {
      stopTokenIds = value;
      return this;
    }

    /// `include_stop_str_in_output`.
    public Builder includeStop(boolean value) {
      includeStop = value;
      return this;
    }

    /// `ignore_eos`.
    public Builder ignoreEos(boolean value) {
      ignoreEos = value;
      return this;
    }

    /// `max_tokens`.
    public Builder maxTokens(int value) {
      maxTokens = value;
      return this;
    }

    /// `min_tokens`.
    public Builder minTokens(int value) {
      minTokens = value;
      return this;
    }

    /// `logprobs`.
    public Builder logprobs(int value) {
      logprobs = value;
      return this;
    }

    /// `prompt_logprobs`.
    public Builder promptLogprobs(int value) {
      promptLogprobs = value;
      return this;
    }

    /// `detokenize`.
    public Builder detokenize(boolean value) {
      detokenize = value;
      return this;
    }

    /// `skip_special_tokens`.
    public Builder skipSpecialTokens(boolean value) {
      skipSpecialTokens = value;
      return this;
    }

    /// `spaces_between_special_tokens`.
    public Builder spacesBetweenSpecialTokens(boolean value) {
      spacesBetweenSpecialTokens = value;
      return this;
    }

    /// `forced_token_ids`.
    public Builder forcedTokenIds(List<Integer> value) {
      forcedTokenIds = value;
      return this;
    }

    /// `seed`: the draw depends on it alone.
    public Builder seed(long value) {
      seed = value;
      seeded = true;
      return this;
    }

    /// Checks and builds.
    ///
    /// @throws IllegalArgumentException naming the parameter, the value and the range
    public SamplingParams build() {
      whole("n", n, 1, 128);
      whole("best_of", bestOf, 0, 128);
      if (bestOf != 0 && bestOf < n) {
        throw refused("best_of", bestOf, "0 or at least n=" + n);
      }
      number("presence_penalty", presencePenalty, -2, 2);
      number("frequency_penalty", frequencyPenalty, -2, 2);
      number("repetition_penalty", repetitionPenalty, 0.01, 100);
      number("temperature", temperature, 0, 100);
      number("top_p", topP, Double.MIN_VALUE, 1);
      whole("top_k", topK, 0, Integer.MAX_VALUE);
      number("min_p", minP, 0, 1);
      number("length_penalty", lengthPenalty, -100, 100);
      whole("max_tokens", maxTokens, 1, Integer.MAX_VALUE);
      whole("min_tokens", minTokens, 0, maxTokens);
      whole("logprobs", logprobs, -1, 100);
      whole("prompt_logprobs", promptLogprobs, -1, 100);
      if (stop.size() > 64 || stop.stream().anyMatch(String::isEmpty)) {
        throw refused("stop", stop, "at most 64 strings, none empty");
      }
      return new SamplingParams(
          n,
          bestOf,
          presencePenalty,
          frequencyPenalty,
          repetitionPenalty,
          temperature,
          topP,
          topK,
          minP,
          seed,
          seeded,
          beamSearch,
          lengthPenalty,
          earlyStopping,
          stop,
          stopTokenIds,
          includeStop,
          ignoreEos,
          maxTokens,
          minTokens,
          logprobs,
          promptLogprobs,
          detokenize,
          skipSpecialTokens,
          spacesBetweenSpecialTokens,
          forcedTokenIds);
    }

    private static void whole(String name, int value, int min, int max) {
      if (value < min || value > max) {
        throw refused(
            name, value, max == Integer.MAX_VALUE ? "at least " + min : min + " to " + max);
      }
    }

    private static void number(String name, double value, double min, double max) {
      if (!(value >= min && value <= max)) {
        throw refused(name, value, (min == Double.MIN_VALUE ? "over 0" : "" + min) + " to " + max);
      }
    }

    private static IllegalArgumentException refused(String name, Object value, String accepted) {
      return new IllegalArgumentException(name + " is " + value + "; accepted: " + accepted);
    }
  }
}
