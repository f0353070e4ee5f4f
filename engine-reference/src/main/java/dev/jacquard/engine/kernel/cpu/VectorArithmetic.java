package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.Lanes.F;
import static dev.jacquard.engine.kernel.cpu.Lanes.N;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [Arithmetic] on the Vector API. Tails shorter than a vector go one by one; the bits are the
/// same.
final class VectorArithmetic implements Arithmetic {
  private static final int ROWS = WeightFormat.GROUP;

  @Override
  public String description() {
    return F.vectorBitSize() + "-bit vectors";
  }

  @Override
  public GroupKernel kernel(WeightFormat format) {
    return switch (format) {
      case PlainFormat _ -> new VectorF32();
      case F16Format _ -> new VectorF16();
      case BF16Format _ -> new VectorBF16();
      case Q8_0Format _ -> new VectorQ8_0();
      case Q4_0Format _ -> new VectorQ4_0();
    };
  }

  @Override
  public void multiplyTile(
      int tile, long panel, float[] x, int xAt, int depth, float[] c, int cAt) {
    VectorTiles.multiply(tile, panel, x, xAt, depth, c, cAt);
  }

  @Override
  public float sumOfSquares(float[] x, int at, int n, float[] lanes) {
    Arrays.fill(lanes, 0, SUM_LANES, 0f);
    int whole = n - n % SUM_LANES;
    for (int lane = 0; lane < SUM_LANES; lane += N) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = lane; i < whole; i += SUM_LANES) {
        FloatVector v = FloatVector.fromArray(F, x, at + i);
        sum = v.lanewise(VectorOperators.FMA, v, sum);
      }
      sum.intoArray(lanes, lane);
    }
    for (int i = whole; i < n; i++) {
      lanes[i - whole] = Math.fma(x[at + i], x[at + i], lanes[i - whole]);
    }
    return Arithmetic.sumLanes(lanes);
  }

  @Override
  public void scale(
      float[] out, int outAt, float[] x, int xAt, float factor, float[] weight, int n) {
    int i = 0;
    for (; i <= n - N; i += N) {
      FloatVector.fromArray(F, x, xAt + i)
          .mul(factor)
          .mul(FloatVector.fromArray(F, weight, i))
          .intoArray(out, outAt + i);
    }
    for (; i < n; i++) {
      out[outAt + i] = x[xAt + i] * factor * weight[i];
    }
  }

  @Override
  public void add(float[] target, int at, float[] x, int xAt, int n) {
    int i = 0;
    for (; i <= n - N; i += N) {
      FloatVector.fromArray(F, target, at + i)
          .add(FloatVector.fromArray(F, x, xAt + i))
          .intoArray(target, at + i);
    }
    for (; i < n; i++) {
      target[at + i] += x[xAt + i];
    }
  }

  @Override
  public void multiply(float[] target, int at, float factor, int n) {
    int i = 0;
    for (; i <= n - N; i += N) {
      FloatVector.fromArray(F, target, at + i).mul(factor).intoArray(target, at + i);
    }
    for (; i < n; i++) {
      target[at + i] *= factor;
    }
  }

  @Override
  public void siluMultiply(
      float[] out, int outAt, float[] gate, int gateAt, float[] up, int upAt, int n) {
    int i = VectorActivations.silu(out, outAt, gate, gateAt, up, upAt, n);
    for (; i < n; i++) {
      float g = gate[gateAt + i];
      out[outAt + i] = g / (1f + Exp.of(-g)) * up[upAt + i];
    }
  }

  @Override
  public float finishScores(float[] scores, int at, float scale, float cap, int visible) {
    multiply(scores, at, scale, ROWS);
    if (cap != 0f) {
      VectorActivations.softCap(scores, at, cap);
    }
    FloatVector max = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < ROWS; j += N) {
      FloatVector s = FloatVector.fromArray(F, scores, at + j);
      VectorMask<Float> larger = s.compare(VectorOperators.GT, max);
      max = max.blend(s, larger.and(VectorMask.fromLong(F, visible >>> j)));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  @Override
  public void exponentials(float[] scores, int at, float max, int visible, float[] sums) {
    VectorActivations.exponentials(scores, at, max, visible, sums);
  }

  @Override
  public void load(long from, int fromStep, KvType type, long into, int intoStep, int rows, int n) {
    int whole = n - n % N;
    long step = (long) fromStep * type.bytes();
    switch (type) {
      case F32 -> VectorLoads.floats(from, step, into, intoStep, rows, whole);
      case F16 -> VectorLoads.halves(from, step, into, intoStep, rows, whole);
      case BF16 -> VectorLoads.bfloats(from, step, into, intoStep, rows, whole);
    }
    if (whole != n) {
      for (int row = 0; row < rows; row++) {
        long start = from + row * step + (long) whole * type.bytes();
        ScalarArithmetic.loadRun(start, type, into + 4L * (row * intoStep + whole), n - whole);
      }
    }
  }
}
