package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.Lanes.F;
import static dev.jacquard.engine.kernel.cpu.Lanes.N;
import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// BF16: the upper half of an f32.
final class VectorBF16 implements GroupKernel {
  private static final int ROWS = WeightFormat.GROUP;
  private static final long BYTES = 2;

  @Override
  public void multiply(
      long groupAt, int width, float[] x, int xAt, float[] y, int yAt, float[] scratch) {
    for (int r = 0; r < ROWS; r += 2 * N) {
      multiplyRows(groupAt + r * BYTES, width, x, xAt, y, yAt + r);
    }
  }

  /// Lanes of one column as f32.
  static FloatVector values(long at) {
    return Lanes.shorts(at).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  private static void multiplyRows(long from, int width, float[] x, int xAt, float[] y, int yAt) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    for (int k = 0; k < width; k++) {
      FloatVector v = FloatVector.broadcast(F, x[xAt + k]);
      long at = from + k * (ROWS * BYTES);
      a0 = values(at).lanewise(VectorOperators.FMA, v, a0);
      a1 = values(at + N * BYTES).lanewise(VectorOperators.FMA, v, a1);
    }
    a0.intoArray(y, yAt);
    a1.intoArray(y, yAt + N);
  }

  @Override
  public void dequantise(
      long groupAt, int width, int from, int depth, long panel, float[] scratch) {
    long first = groupAt + from * (ROWS * BYTES);
    for (int i = 0; i < depth * ROWS; i += N) {
      values(first + i * BYTES).intoMemorySegment(ALL, panel + 4L * i, Lanes.LE);
    }
  }
}
