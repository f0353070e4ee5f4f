package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.Lanes.F;
import static dev.jacquard.engine.kernel.cpu.Lanes.I;
import static dev.jacquard.engine.kernel.cpu.Lanes.LE;
import static dev.jacquard.engine.kernel.cpu.Lanes.N;
import static dev.jacquard.engine.kernel.cpu.Lanes.S;
import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
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

  private static void multiplyRows(long from, int width, float[] x, int xAt, float[] y, int yAt) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    for (int k = 0; k < width; k++) {
      FloatVector v = FloatVector.broadcast(F, x[xAt + k]);
      long at = from + k * (ROWS * BYTES);
      FloatVector w0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, ALL, at, LE)
                      .convertShape(VectorOperators.S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      FloatVector w1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, ALL, at + N * BYTES, LE)
                      .convertShape(VectorOperators.S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      a0 = w0.fma(v, a0);
      a1 = w1.fma(v, a1);
    }
    a0.intoArray(y, yAt);
    a1.intoArray(y, yAt + N);
  }

  @Override
  public void dequantise(
      long groupAt, int width, int from, int depth, long panel, float[] scratch) {
    long first = groupAt + from * (ROWS * BYTES);
    VectorLoads.bfloats(first, 0, panel, 0, 1, depth * ROWS);
  }
}
