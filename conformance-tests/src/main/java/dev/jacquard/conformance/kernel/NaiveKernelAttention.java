package dev.jacquard.conformance.kernel;

import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.StepInputs;
import org.jspecify.annotations.Nullable;

/// Attention in three passes over the visible positions: scores, weights, values.
final class NaiveKernelAttention {
  private float[] scores = new float[64];

  void run(
      NaiveKernelTensor out,
      NaiveKernelTensor q,
      NaiveKernelKv kv,
      int layer,
      StepInputs in,
      AttentionParams params,
      @Nullable NaiveKernelTensor sinks) {
    for (int row = 0; row < in.rows(); row++) {
      for (int t = in.queryStart(row); t < in.queryStart(row + 1); t++) {
        for (int head = 0; head < params.heads(); head++) {
          float sink = sinks == null ? Float.NEGATIVE_INFINITY : sinks.get(0, head);
          head(out, q, kv, layer, in, params, in.sequence(row), t, head, sink);
        }
      }
    }
  }

  private void head(
      NaiveKernelTensor out,
      NaiveKernelTensor q,
      NaiveKernelKv kv,
      int layer,
      StepInputs in,
      AttentionParams params,
      int sequence,
      int token,
      int head,
      float sink) {
    int dim = params.headDim();
    int at = head * dim;
    int kvAt = head / (params.heads() / params.kvHeads()) * dim;
    int position = in.position(token);
    if (scores.length <= position) {
      scores = new float[2 * position];
    }
    float max = sink;
    for (int p = 0; p <= position; p++) {
      if (visible(params, position, p)) {
        float sum = 0;
        for (int i = 0; i < dim; i++) {
          sum += q.get(token, at + i) * kv.key(layer, slot(kv, in, sequence, p), kvAt + i);
        }
        float score = sum * params.scale();
        scores[p] =
            params.softCap() == 0
                ? score
                : params.softCap() * (float) StrictMath.tanh(score / params.softCap());
        max = Math.max(max, scores[p]);
      }
    }
    float total = sink == Float.NEGATIVE_INFINITY ? 0 : (float) StrictMath.exp(sink - max);
    for (int p = 0; p <= position; p++) {
      if (visible(params, position, p)) {
        scores[p] = (float) StrictMath.exp(scores[p] - max);
        total += scores[p];
      }
    }
    for (int i = 0; i < dim; i++) {
      float sum = 0;
      for (int p = 0; p <= position; p++) {
        if (visible(params, position, p)) {
          sum += scores[p] * kv.value(layer, slot(kv, in, sequence, p), kvAt + i);
        }
      }
      out.set(token, at + i, sum / total);
    }
  }

  private static boolean visible(AttentionParams params, int position, int p) {
    return params.window() == 0 || p > position - params.window() || p < params.sinkTokens();
  }

  private static int slot(NaiveKernelKv kv, StepInputs in, int sequence, int p) {
    int size = kv.layout().blockSize();
    return in.block(sequence, p / size) * size + p % size;
  }
}
