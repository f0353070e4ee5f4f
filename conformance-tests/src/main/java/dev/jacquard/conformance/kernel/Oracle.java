package dev.jacquard.conformance.kernel;

import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.RopeStyle;

/// Each operation in float64, straight from its definition in the SPI. It shares no code with the naive
/// backend, nor with any other.
final class Oracle {
  private Oracle() {}

  static double[][] matmul(float[][] x, double[][] weight) {
    double[][] out = new double[x.length][weight.length];
    for (int r = 0; r < x.length; r++) {
      for (int o = 0; o < weight.length; o++) {
        for (int k = 0; k < x[r].length; k++) {
          out[r][o] += x[r][k] * weight[o][k];
        }
      }
    }
    return out;
  }

  static double[][] rmsNorm(double[][] x, float[] weight, float epsilon) {
    double[][] out = new double[x.length][x[0].length];
    for (int r = 0; r < x.length; r++) {
      for (int i = 0; i < x[r].length; i++) {
        int group = i / weight.length * weight.length;
        double mean = 0;
        for (int j = 0; j < weight.length; j++) {
          mean += x[r][group + j] * x[r][group + j] / weight.length;
        }
        out[r][i] = x[r][i] / Math.sqrt(mean + epsilon) * weight[i - group];
      }
    }
    return out;
  }

  static double[][] siluMultiply(float[][] gate, float[][] up) {
    double[][] out = new double[gate.length][gate[0].length];
    for (int r = 0; r < gate.length; r++) {
      for (int i = 0; i < gate[r].length; i++) {
        out[r][i] = gate[r][i] / (1 + Math.exp(-(double) gate[r][i])) * up[r][i];
      }
    }
    return out;
  }

  static double[][] sum(float[][] a, float[][] b) {
    double[][] out = new double[a.length][a[0].length];
    for (int r = 0; r < a.length; r++) {
      for (int i = 0; i < a[r].length; i++) {
        out[r][i] = (double) a[r][i] + b[b.length == 1 ? 0 : r][i];
      }
    }
    return out;
  }

  static double[][] rope(float[][] x, int[] positions, RopeParams params) {
    double[][] out = exactly(x);
    int pairs = params.pairs();
    for (int r = 0; r < x.length; r++) {
      for (int head = 0; head < x[r].length; head += params.headDim()) {
        for (int i = 0; i < pairs; i++) {
          boolean neighbours = params.style() == RopeStyle.INTERLEAVED;
          int a = head + (neighbours ? 2 * i : i);
          int b = neighbours ? a + 1 : a + pairs;
          double angle = positions[r] * params.inverseFrequency(i);
          double cos = Math.cos(angle) * params.magnitude();
          double sin = Math.sin(angle) * params.magnitude();
          out[r][a] = x[r][a] * cos - x[r][b] * sin;
          out[r][b] = x[r][b] * cos + x[r][a] * sin;
        }
      }
    }
    return out;
  }

  /// Attention of positions `[0, q.length)` of one sequence; `k` and `v` as they are stored.
  static double[][] attention(
      float[][] q, float[][] k, float[][] v, AttentionParams params, float[] sinks) {
    int dim = params.headDim();
    double[][] out = new double[q.length][params.heads() * dim];
    double[] weights = new double[q.length];
    for (int position = 0; position < q.length; position++) {
      for (int head = 0; head < params.heads(); head++) {
        int kvHead = head * params.kvHeads() / params.heads();
        double largest = sinks.length == 0 ? Double.NEGATIVE_INFINITY : sinks[head];
        for (int p = 0; p <= position; p++) {
          double score = Double.NEGATIVE_INFINITY;
          boolean inWindow = params.window() == 0 || position - p < params.window();
          if (inWindow || p < params.sinkTokens()) {
            score = 0;
            for (int i = 0; i < dim; i++) {
              score += (double) q[position][head * dim + i] * k[p][kvHead * dim + i];
            }
            score *= params.scale();
            if (params.softCap() != 0) {
              score = params.softCap() * Math.tanh(score / params.softCap());
            }
          }
          weights[p] = score;
          largest = Math.max(largest, score);
        }
        double total = sinks.length == 0 ? 0 : Math.exp(sinks[head] - largest);
        for (int p = 0; p <= position; p++) {
          weights[p] = Math.exp(weights[p] - largest);
          total += weights[p];
        }
        for (int p = 0; p <= position; p++) {
          for (int i = 0; i < dim; i++) {
            out[position][head * dim + i] += weights[p] / total * v[p][kvHead * dim + i];
          }
        }
      }
    }
    return out;
  }

  static double[][] exactly(float[][] x) {
    double[][] out = new double[x.length][x[0].length];
    for (int r = 0; r < x.length; r++) {
      for (int i = 0; i < x[r].length; i++) {
        out[r][i] = x[r][i];
      }
    }
    return out;
  }
}
