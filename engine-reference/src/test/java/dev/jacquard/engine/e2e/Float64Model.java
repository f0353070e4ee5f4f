package dev.jacquard.engine.e2e;

import dev.jacquard.engine.model.config.ModelConfig;
import dev.jacquard.engine.model.config.SyntheticModel;
import dev.jacquard.engine.model.config.TensorRole;
import dev.jacquard.engine.model.file.TensorBytes;
import dev.jacquard.spi.kernel.DType;
import java.util.Arrays;

/// A decoder-only transformer written down once more, in float64 and without blocks, batches or
/// caches: what an engine should say of a [SyntheticModel]. Weights are those of the file after
/// rounding, in Hugging Face's row order, where the two halves of a head turn together.
final class Float64Model {
  private final SyntheticModel model;
  private final ModelConfig config;
  private final DType type;

  Float64Model(SyntheticModel model, DType type) {
    this.model = model;
    this.type = type;
    config = model.config();
  }

  /// Natural logs of the probabilities of the token after each position.
  double[][] logprobs(int[] tokens) {
    int hidden = config.hiddenSize();
    double[] embedding = matrix(TensorRole.TOKEN_EMBEDDING, 0);
    double[][] stream = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      stream[t] = Arrays.copyOfRange(embedding, tokens[t] * hidden, (tokens[t] + 1) * hidden);
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      attention(stream, layer);
      feedForward(stream, layer);
    }
    double[] output = config.tiedEmbeddings() ? embedding : matrix(TensorRole.OUTPUT, 0);
    double[] norm = vector(TensorRole.OUTPUT_NORM, 0);
    double[][] out = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      out[t] = logSoftmax(times(output, rmsNorm(stream[t], norm)));
    }
    return out;
  }

  private void attention(double[][] stream, int layer) {
    int count = stream.length;
    int size = config.headDim();
    double[] norm = vector(TensorRole.ATTN_NORM, layer);
    double[] q = matrix(TensorRole.Q, layer);
    double[] k = matrix(TensorRole.K, layer);
    double[] v = matrix(TensorRole.V, layer);
    double[] o = matrix(TensorRole.ATTN_OUTPUT, layer);
    double[][] queries = new double[count][];
    double[][] keys = new double[count][];
    double[][] values = new double[count][];
    for (int t = 0; t < count; t++) {
      double[] x = rmsNorm(stream[t], norm);
      queries[t] = biased(times(q, x), TensorRole.Q_BIAS, layer);
      keys[t] = biased(times(k, x), TensorRole.K_BIAS, layer);
      values[t] = biased(times(v, x), TensorRole.V_BIAS, layer);
      if (config.qkNorm()) {
        headNorm(queries[t], vector(TensorRole.Q_NORM, layer));
        headNorm(keys[t], vector(TensorRole.K_NORM, layer));
      }
      turn(queries[t], t);
      turn(keys[t], t);
    }
    for (int t = 0; t < count; t++) {
      double[] mixed = new double[config.heads() * size];
      int first = config.slidingWindow() == 0 ? 0 : Math.max(0, t - config.slidingWindow() + 1);
      for (int head = 0; head < config.heads(); head++) {
        int at = head * config.kvHeads() / config.heads() * size;
        double[] weights = new double[t + 1 - first];
        for (int s = first; s <= t; s++) {
          double score = 0;
          for (int i = 0; i < size; i++) {
            score += queries[t][head * size + i] * keys[s][at + i];
          }
          weights[s - first] = score * config.attentionScale();
        }
        double[] logs = logSoftmax(weights);
        for (int s = first; s <= t; s++) {
          for (int i = 0; i < size; i++) {
            mixed[head * size + i] += Math.exp(logs[s - first]) * values[s][at + i];
          }
        }
      }
      add(stream[t], times(o, mixed));
    }
  }

  private void feedForward(double[][] stream, int layer) {
    double[] norm = vector(TensorRole.FFN_NORM, layer);
    double[] gate = matrix(TensorRole.GATE, layer);
    double[] up = matrix(TensorRole.UP, layer);
    double[] down = matrix(TensorRole.DOWN, layer);
    for (double[] row : stream) {
      double[] x = rmsNorm(row, norm);
      double[] g = times(gate, x);
      double[] u = times(up, x);
      for (int i = 0; i < g.length; i++) {
        g[i] = g[i] / (1 + Math.exp(-g[i])) * u[i];
      }
      add(row, times(down, g));
    }
  }

  private void turn(double[] heads, int position) {
    double[] frequencies = config.rope().frequencies();
    int half = config.headDim() / 2;
    for (int head = 0; head < heads.length; head += 2 * half) {
      for (int i = 0; i < half; i++) {
        double cos = Math.cos(position * frequencies[i]);
        double sin = Math.sin(position * frequencies[i]);
        double a = heads[head + i];
        double b = heads[head + half + i];
        heads[head + i] = a * cos - b * sin;
        heads[head + half + i] = b * cos + a * sin;
      }
    }
  }

  private double[] rmsNorm(double[] x, double[] weight) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double scale = 1 / Math.sqrt(squares / x.length + config.rmsEpsilon());
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] * scale * weight[i];
    }
    return out;
  }

  private void headNorm(double[] heads, double[] weight) {
    for (int head = 0; head < heads.length; head += weight.length) {
      double[] normed = rmsNorm(Arrays.copyOfRange(heads, head, head + weight.length), weight);
      System.arraycopy(normed, 0, heads, head, weight.length);
    }
  }

  private double[] biased(double[] x, TensorRole bias, int layer) {
    if (config.attentionBias()) {
      add(x, vector(bias, layer));
    }
    return x;
  }

  private double[] matrix(TensorRole role, int layer) {
    return doubles(TensorBytes.decode(type, TensorBytes.encode(type, model.weight(role, layer))));
  }

  private double[] vector(TensorRole role, int layer) {
    return doubles(model.weight(role, layer));
  }

  private static double[] doubles(float[] values) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }

  private static double[] times(double[] matrix, double[] x) {
    double[] out = new double[matrix.length / x.length];
    for (int row = 0; row < out.length; row++) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += matrix[row * x.length + i] * x[i];
      }
      out[row] = sum;
    }
    return out;
  }

  private static void add(double[] target, double[] x) {
    for (int i = 0; i < target.length; i++) {
      target[i] += x[i];
    }
  }

  private static double[] logSoftmax(double[] logits) {
    double most = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(x -> Math.exp(x - most)).sum();
    double log = most + Math.log(sum);
    return Arrays.stream(logits).map(x -> x - log).toArray();
  }
}
