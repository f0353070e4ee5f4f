package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.Lanes.B;
import static dev.jacquard.engine.kernel.cpu.Lanes.F;
import static dev.jacquard.engine.kernel.cpu.Lanes.I;
import static dev.jacquard.engine.kernel.cpu.Lanes.LE;
import static dev.jacquard.engine.kernel.cpu.Lanes.N;
import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Q8_0. The scales are expanded first, in a loop of their own, which keeps the main loop below the
/// size where the compiler gives up on vectors.
final class VectorQ8_0 implements GroupKernel {
  private static final int ROWS = WeightFormat.GROUP;
  private static final int BLOCK = Q8_0Format.BLOCK;

  @Override
  public void multiply(
      long groupAt, int width, float[] x, int xAt, float[] y, int yAt, float[] scratch) {
    int blocks = width / BLOCK;
    expandScales(groupAt, blocks * ROWS, scratch);
    long quants = Q8_0Format.quantsAt(groupAt, width);
    for (int r = 0; r < ROWS; r += 2 * N) {
      multiplyRows(quants + r, blocks, x, xAt, scratch, r, y, yAt + r);
    }
  }

  /// `n` half scales as f32.
  static void expandScales(long at, int n, float[] scales) {
    VectorLoads.halvesIntoArray(at, scales, n);
  }

  private static void multiplyRows(
      long quants, int blocks, float[] x, int xAt, float[] scales, int row, float[] y, int yAt) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    for (int b = 0; b < blocks; b++) {
      FloatVector d0 = FloatVector.fromArray(F, scales, b * ROWS + row);
      FloatVector d1 = FloatVector.fromArray(F, scales, b * ROWS + row + N);
      long at = quants + (long) b * BLOCK * ROWS;
      for (int k = 0; k < BLOCK; k++) {
        FloatVector v = FloatVector.broadcast(F, x[xAt + b * BLOCK + k]);
        FloatVector q0 =
            (FloatVector)
                ByteVector.fromMemorySegment(B, ALL, at + (long) k * ROWS, LE)
                    .convertShape(VectorOperators.B2I, I, 0)
                    .convertShape(VectorOperators.I2F, F, 0);
        FloatVector q1 =
            (FloatVector)
                ByteVector.fromMemorySegment(B, ALL, at + (long) k * ROWS + N, LE)
                    .convertShape(VectorOperators.B2I, I, 0)
                    .convertShape(VectorOperators.I2F, F, 0);
        a0 = q0.mul(d0).fma(v, a0);
        a1 = q1.mul(d1).fma(v, a1);
      }
    }
    a0.intoArray(y, yAt);
    a1.intoArray(y, yAt + N);
  }

  @Override
  public void dequantise(
      long groupAt, int width, int from, int depth, long panel, float[] scratch) {
    expandScales(groupAt + (long) from * 2, depth, scratch);
    long quants = Q8_0Format.quantsAt(groupAt, width) + (long) from * ROWS;
    for (int r = 0; r < ROWS; r += N) {
      dequantiseRows(quants + r, depth / BLOCK, scratch, r, panel);
    }
  }

  private static void dequantiseRows(long quants, int blocks, float[] scales, int row, long panel) {
    for (int b = 0; b < blocks; b++) {
      FloatVector d = FloatVector.fromArray(F, scales, b * ROWS + row);
      long at = quants + (long) b * BLOCK * ROWS;
      for (int k = 0; k < BLOCK; k++) {
        FloatVector q =
            (FloatVector)
                ByteVector.fromMemorySegment(B, ALL, at + (long) k * ROWS, LE)
                    .convertShape(VectorOperators.B2I, I, 0)
                    .convertShape(VectorOperators.I2F, F, 0);
        q.mul(d).intoMemorySegment(ALL, panel + 4L * ((b * BLOCK + k) * ROWS + row), LE);
      }
    }
  }
}
