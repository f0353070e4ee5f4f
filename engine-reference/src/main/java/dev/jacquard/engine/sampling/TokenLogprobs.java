package dev.jacquard.engine.sampling;

/// What the model thought of a generated token, before temperature, penalties and truncation.
///
/// @param token the chosen token
/// @param logprob its natural-log probability
/// @param topTokens the most likely tokens, best first
/// @param topLogprobs their natural-log probabilities
@SuppressWarnings(
    "ArrayRecordComponent") // one a token; boxes would cost more than the numbers. Read-only by
// contract
public record TokenLogprobs(int token, float logprob, int[] topTokens, float[] topLogprobs) {
  @Override
  public boolean equals(Object other) {
    return other instanceof TokenLogprobs that
        && token == that.token
        && logprob == that.logprob
        && java.util.Arrays.equals(topTokens, that.topTokens)
        && java.util.Arrays.equals(topLogprobs, that.topLogprobs);
  }

  @Override
  public int hashCode() {
    return 31 * token + java.util.Arrays.hashCode(topTokens);
  }

  @Override
  public String toString() {
    return "TokenLogprobs[" + token + ", " + logprob + "]";
  }
}
