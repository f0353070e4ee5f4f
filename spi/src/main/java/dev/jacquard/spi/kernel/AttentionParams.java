package dev.jacquard.spi.kernel;

import org.jspecify.annotations.Nullable;

/// Shape and variant of an attention.
///
/// @param heads query heads; each `heads / kvHeads` of them share a key head
/// @param scale factor of the scores, usually `1 / sqrt(headDim)`
/// @param window positions a query sees, itself included; 0 for all before it
/// @param sinkTokens first positions that stay visible although the attention is windowed
/// @param softCap `c` in `c * tanh(score / c)`, 0 for none
/// @param sinks one learnt logit a head that takes part in the softmax's denominator only, or null
public record AttentionParams(
    int heads,
    int kvHeads,
    int headDim,
    float scale,
    int window,
    int sinkTokens,
    float softCap,
    @Nullable Tensor sinks) {
  /// Plain causal attention.
  public static AttentionParams causal(int heads, int kvHeads, int headDim) {
    return new AttentionParams(
        heads, kvHeads, headDim, (float) (1 / Math.sqrt(headDim)), 0, 0, 0f, null);
  }
}
