package dev.jacquard.engine.sampling;

import dev.jacquard.spi.request.SamplingParams;
import org.jspecify.annotations.Nullable;

/// Chooses a token from one row of logits, in the order vLLM applies its steps: report → penalties → temperature → min_p → top_k → top_p → draw.
///
/// The draw depends on the seed, the index in the group and the number of tokens generated so far, on nothing else: a seed gives the same text whatever else is in the batch.
/// Ties go to the lower id; sums run in a fixed order. One per engine thread; allocates nothing except what `logprobs` reports.
public final class Sampler {
  private final int vocabulary;
  private final Candidates candidates;
  private final int[] kept;
  private final double[] weights;
  private final int[] counts;
  private final int[] seen;

  /// A sampler for logits of `vocabulary` entries.
  public Sampler(int vocabulary) {
    this.vocabulary = vocabulary;
    candidates = new Candidates(vocabulary);
    kept = new int[vocabulary];
    weights = new double[vocabulary];
    counts = new int[vocabulary];
    seen = new int[vocabulary];
  }

  /// Chooses a token; `logits` is overwritten.
  ///
  /// @param tokens the sequence so far, prompt first
  /// @param promptLength tokens of the prompt
  /// @param length tokens in all
  /// @param seed of the sequence: the request's plus the index in its group
  /// @param banned ids that may not be chosen now (ends that `min_tokens` forbids), or null
  /// @throws ArithmeticException when the logits are not numbers
  public int choose(
      float[] logits,
      SamplingParams params,
      int[] tokens,
      int promptLength,
      int length,
      long seed,
      int @Nullable [] banned) {
    if (banned != null) {
      for (int id : banned) {
        if (id < vocabulary) {
          logits[id] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    penalise(logits, params, tokens, promptLength, length);
    int best = argmax(logits);
    if (params.greedy()) {
      return best;
    }
    return draw(logits, params, best, uniform(seed, length - promptLength));
  }

  private int argmax(float[] logits) {
    int best = -1;
    float most = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < vocabulary; id++) {
      if (logits[id] > most) {
        most = logits[id];
        best = id;
      }
    }
    if (best < 0 || !(most < Float.POSITIVE_INFINITY)) {
      throw new ArithmeticException(
          "the model's logits are not finite numbers; the file may be damaged");
    }
    return best;
  }

  /// Presence and frequency count the answer, repetition the prompt too (Keskar et al., CTRL: divide positive logits, multiply negative ones).
  private void penalise(
      float[] logits, SamplingParams params, int[] tokens, int promptLength, int length) {
    boolean additive = params.presencePenalty() != 0 || params.frequencyPenalty() != 0;
    boolean repetition = params.repetitionPenalty() != 1;
    if (!additive && !repetition) {
      return;
    }
    int distinct = 0;
    for (int i = 0; i < length; i++) {
      int id = tokens[i];
      if (counts[id] == 0) {
        seen[distinct++] = id;
        counts[id] = 1; // "appeared at all" is 1, each time in the answer adds 1
      }
      if (i >= promptLength) {
        counts[id]++;
      }
    }
    for (int i = 0; i < distinct; i++) {
      int id = seen[i];
      int generated = counts[id] - 1;
      counts[id] = 0;
      float logit = logits[id];
      if (repetition) {
        double factor = params.repetitionPenalty();
        logit = (float) (logit > 0 ? logit / factor : logit * factor);
      }
      if (generated > 0) {
        logit -= (float) (params.presencePenalty() + params.frequencyPenalty() * generated);
      }
      logits[id] = logit;
    }
  }

  private int draw(float[] logits, SamplingParams params, int best, double uniform) {
    double inverse = 1 / params.temperature();
    float top = logits[best];
    float least = Float.NEGATIVE_INFINITY;
    if (params.minP() > 0) {
      // p / p(best) >= min_p, on the scale of the logits
      least = (float) (top + Math.log(params.minP()) * params.temperature());
    }
    int count;
    double total = 0;
    if (params.topK() > 0 || params.topP() < 1) {
      candidates.fill(logits, vocabulary, least);
      int most = params.topK() > 0 ? Math.min(params.topK(), candidates.size()) : candidates.size();
      double nucleus =
          params.topP() >= 1
              ? Double.MAX_VALUE
              : params.topP() * mass(logits, top, inverse, most, least, params);
      count = 0;
      while (count < most && total < nucleus) {
        int id = candidates.pop();
        double weight = Math.exp((logits[id] - top) * inverse);
        kept[count] = id;
        weights[count++] = weight;
        total += weight;
      }
    } else {
      count = 0;
      for (int id = 0; id < vocabulary; id++) {
        if (logits[id] >= least && logits[id] > Float.NEGATIVE_INFINITY) {
          double weight = Math.exp((logits[id] - top) * inverse);
          kept[count] = id;
          weights[count++] = weight;
          total += weight;
        }
      }
    }
    double mark = uniform * total;
    for (int i = 0; i < count; i++) {
      mark -= weights[i];
      if (mark < 0) {
        return kept[i];
      }
    }
    return best;
  }

  /// The mass that `top_p` is a share of: everything that `top_k` and `min_p` left over.
  private double mass(
      float[] logits, float top, double inverse, int most, float least, SamplingParams params) {
    double mass = 0;
    if (params.topK() > 0 && most < candidates.size()) {
      for (int i = 0; i < most; i++) {
        mass += Math.exp((logits[candidates.pop()] - top) * inverse);
      }
      candidates.fill(logits, vocabulary, least);
      return mass;
    }
    for (int id = 0; id < vocabulary; id++) {
      if (logits[id] >= least) {
        mass += Math.exp((logits[id] - top) * inverse);
      }
    }
    return mass;
  }

  /// A number in `[0, 1)` from seed and step: the finaliser of SplitMix64 (Steele, Lea, Flood 2014) over both.
  static double uniform(long seed, long step) {
    long z = seed * 0x9E3779B97F4A7C15L + (step + 1) * 0xD1B54A32D192ED03L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 11) * 0x1.0p-53;
  }

  /// What the untouched logits say of `token` and of the `top` most likely ones. [#choose] overwrites its logits, so give it a copy of these.
  public TokenLogprobs report(float[] logits, int token, int top) {
    float most = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < vocabulary; id++) {
      most = Math.max(most, logits[id]);
    }
    double sum = 0;
    for (int id = 0; id < vocabulary; id++) {
      sum += Math.exp(logits[id] - most);
    }
    double logSum = most + Math.log(sum);
    candidates.fill(logits, vocabulary, Float.NEGATIVE_INFINITY);
    int count = Math.min(top, candidates.size());
    int[] topTokens = new int[count];
    float[] topLogprobs = new float[count];
    for (int i = 0; i < count; i++) {
      topTokens[i] = candidates.pop();
      topLogprobs[i] = (float) (logits[topTokens[i]] - logSum);
    }
    return new TokenLogprobs(token, (float) (logits[token] - logSum), topTokens, topLogprobs);
  }
}
