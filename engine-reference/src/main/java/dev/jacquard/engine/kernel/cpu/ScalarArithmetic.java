package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.util.Arrays;

/// One float at a time: for a JVM without the Vector API, and the yardstick for the vector code.
/// `Math.fma` rounds once like the hardware, so the bits are equal.
final class ScalarArithmetic implements Arithmetic {
  private static final int ROWS = WeightFormat.GROUP;

  @Override
  public String description() {
    return "scalar";
  }

  @Override
  public GroupKernel kernel(WeightFormat format) {
    return new ScalarKernel(format);
  }

  @Override
  public void multiplyTile(
      int tile, long panel, float[] x, int xAt, int depth, float[] c, int cAt) {
    for (int k = 0; k < depth; k++) {
      for (int t = 0; t < tile; t++) {
        float value = x[xAt + k * tile + t];
        for (int r = 0; r < ROWS; r++) {
          int at = cAt + t * ROWS + r;
          float w = ALL.get(JAVA_FLOAT, panel + 4L * (k * ROWS + r));
          c[at] = Math.fma(w, value, c[at]);
        }
      }
    }
  }

  @Override
  public float sumOfSquares(float[] x, int at, int n, float[] lanes) {
    Arrays.fill(lanes, 0, SUM_LANES, 0f);
    for (int i = 0; i < n; i++) {
      lanes[i % SUM_LANES] = Math.fma(x[at + i], x[at + i], lanes[i % SUM_LANES]);
    }
    return Arithmetic.sumLanes(lanes);
  }

  @Override
  public void scale(
      float[] out, int outAt, float[] x, int xAt, float factor, float[] weight, int n) {
    for (int i = 0; i < n; i++) {
      out[outAt + i] = x[xAt + i] * factor * weight[i];
    }
  }

  @Override
  public void add(float[] target, int at, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i++) {
      target[at + i] += x[xAt + i];
    }
  }

  @Override
  public void multiply(float[] target, int at, float factor, int n) {
    for (int i = 0; i < n; i++) {
      target[at + i] *= factor;
    }
  }

  @Override
  public void siluMultiply(
      float[] out, int outAt, float[] gate, int gateAt, float[] up, int upAt, int n) {
    for (int i = 0; i < n; i++) {
      float g = gate[gateAt + i];
      out[outAt + i] = g / (1f + Exp.of(-g)) * up[upAt + i];
    }
  }

  @Override
  public float finishScores(float[] scores, int at, float scale, float cap, int visible) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < ROWS; j++) {
      float s = scores[at + j] * scale;
      if (cap != 0f) {
        s = cap * Exp.tanh(s / cap);
      }
      scores[at + j] = s;
      if ((visible >>> j & 1) != 0 && s > max) {
        max = s;
      }
    }
    return max;
  }

  @Override
  public void exponentials(float[] scores, int at, float max, int visible, float[] sums) {
    for (int j = 0; j < ROWS; j++) {
      float p = (visible >>> j & 1) != 0 ? Exp.of(scores[at + j] - max) : 0f;
      scores[at + j] = p;
      sums[j % SUM_LANES] += p;
    }
  }

  @Override
  public void load(long from, int fromStep, KvType type, long into, int intoStep, int rows, int n) {
    for (int row = 0; row < rows; row++) {
      long start = from + (long) row * fromStep * type.bytes();
      loadRun(start, type, into + 4L * row * intoStep, n);
    }
  }

  /// `n` consecutive stored elements as f32.
  static void loadRun(long from, KvType type, long into, int n) {
    switch (type) {
      case F32 -> {
        for (int i = 0; i < n; i++) {
          ALL.set(JAVA_FLOAT, into + 4L * i, ALL.get(JAVA_FLOAT, from + 4L * i));
        }
      }
      case F16 -> {
        for (int i = 0; i < n; i++) {
          short half = ALL.get(JAVA_SHORT, from + 2L * i);
          ALL.set(JAVA_FLOAT, into + 4L * i, Halves.halfToFloat(half));
        }
      }
      case BF16 -> {
        for (int i = 0; i < n; i++) {
          short bfloat = ALL.get(JAVA_SHORT, from + 2L * i);
          ALL.set(JAVA_FLOAT, into + 4L * i, Halves.bfloatToFloat(bfloat));
        }
      }
    }
  }

  /// Any weight type, an element at a time.
  private record ScalarKernel(WeightFormat format) implements GroupKernel {
    @Override
    public void multiply(
        long groupAt, int width, float[] x, int xAt, float[] y, int yAt, float[] scratch) {
      for (int r = 0; r < ROWS; r++) {
        float sum = 0f;
        for (int k = 0; k < width; k++) {
          sum = Math.fma(format.decode(groupAt, width, r, k), x[xAt + k], sum);
        }
        y[yAt + r] = sum;
      }
    }

    @Override
    public void dequantise(
        long groupAt, int width, int from, int depth, long panel, float[] scratch) {
      for (int k = 0; k < depth; k++) {
        for (int r = 0; r < ROWS; r++) {
          float w = format.decode(groupAt, width, r, from + k);
          ALL.set(JAVA_FLOAT, panel + 4L * (k * ROWS + r), w);
        }
      }
    }
  }
}
