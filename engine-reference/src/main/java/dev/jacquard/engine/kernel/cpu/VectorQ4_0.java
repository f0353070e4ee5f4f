package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.Lanes.B;
import static dev.jacquard.engine.kernel.cpu.Lanes.F;
import static dev.jacquard.engine.kernel.cpu.Lanes.I;
import static dev.jacquard.engine.kernel.cpu.Lanes.LE;
import static dev.jacquard.engine.kernel.cpu.Lanes.N;
import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Q4_0. A byte holds two columns of one row: shifted up by 28 the low one is `q * 2^28`, masked
/// the high one is `q * 16`; the scales carry the powers of two, which changes no bit of `d * q`.
final class VectorQ4_0 implements GroupKernel {
  private static final int ROWS = WeightFormat.GROUP;
  private static final int BLOCK = Q4_0Format.BLOCK;
  private static final int PAIRS = BLOCK / 2;
  private static final float LOW = 0x1p-28f;
  private static final float HIGH = 0x1p-4f;

  @Override
  public void multiply(
      long groupAt, int width, float[] x, int xAt, float[] y, int yAt, float[] scratch) {
    int blocks = width / BLOCK;
    VectorQ8_0.expandScales(groupAt, blocks * ROWS, scratch);
    long quants = Q4_0Format.quantsAt(groupAt, width);
    for (int r = 0; r < ROWS; r += 2 * N) {
      multiplyRows(quants + r, blocks, x, xAt, scratch, r, y, yAt + r);
    }
  }

  private static void multiplyRows(
      long quants, int blocks, float[] x, int xAt, float[] scales, int row, float[] y, int yAt) {
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    for (int b = 0; b < blocks; b++) {
      FloatVector d0 = FloatVector.fromArray(F, scales, b * ROWS + row);
      FloatVector d1 = FloatVector.fromArray(F, scales, b * ROWS + row + N);
      FloatVector low0 = d0.mul(LOW);
      FloatVector low1 = d1.mul(LOW);
      FloatVector high0 = d0.mul(HIGH);
      FloatVector high1 = d1.mul(HIGH);
      long at = quants + (long) b * PAIRS * ROWS;
      for (int k = 0; k < PAIRS; k++) {
        FloatVector v = FloatVector.broadcast(F, x[xAt + b * BLOCK + 2 * k]);
        FloatVector w = FloatVector.broadcast(F, x[xAt + b * BLOCK + 2 * k + 1]);
        IntVector p0 =
            (IntVector)
                ByteVector.fromMemorySegment(B, ALL, at + k * (long) ROWS, LE)
                    .convertShape(VectorOperators.B2I, I, 0);
        IntVector p1 =
            (IntVector)
                ByteVector.fromMemorySegment(B, ALL, at + k * (long) ROWS + N, LE)
                    .convertShape(VectorOperators.B2I, I, 0);
        FloatVector q0 =
            (FloatVector)
                p0.lanewise(VectorOperators.LSHL, 28).convertShape(VectorOperators.I2F, F, 0);
        FloatVector q1 =
            (FloatVector)
                p1.lanewise(VectorOperators.LSHL, 28).convertShape(VectorOperators.I2F, F, 0);
        a0 = q0.mul(low0).fma(v, a0);
        a1 = q1.mul(low1).fma(v, a1);
        q0 = (FloatVector) p0.and(-16).convertShape(VectorOperators.I2F, F, 0);
        q1 = (FloatVector) p1.and(-16).convertShape(VectorOperators.I2F, F, 0);
        a0 = q0.mul(high0).fma(w, a0);
        a1 = q1.mul(high1).fma(w, a1);
      }
    }
    a0.intoArray(y, yAt);
    a1.intoArray(y, yAt + N);
  }

  @Override
  public void dequantise(
      long groupAt, int width, int from, int depth, long panel, float[] scratch) {
    VectorQ8_0.expandScales(groupAt + (long) from * 2, depth, scratch);
    long quants = Q4_0Format.quantsAt(groupAt, width) + (long) from / 2 * ROWS;
    for (int r = 0; r < ROWS; r += N) {
      dequantiseRows(quants + r, depth / BLOCK, scratch, r, panel);
    }
  }

  private static void dequantiseRows(long quants, int blocks, float[] scales, int row, long panel) {
    for (int b = 0; b < blocks; b++) {
      FloatVector d = FloatVector.fromArray(F, scales, b * ROWS + row);
      FloatVector low = d.mul(LOW);
      FloatVector high = d.mul(HIGH);
      long at = quants + (long) b * PAIRS * ROWS;
      for (int k = 0; k < PAIRS; k++) {
        long into = 4L * ((b * BLOCK + 2 * k) * ROWS + row);
        IntVector p =
            (IntVector)
                ByteVector.fromMemorySegment(B, ALL, at + k * (long) ROWS, LE)
                    .convertShape(VectorOperators.B2I, I, 0);
        ((FloatVector) p.lanewise(VectorOperators.LSHL, 28).convertShape(VectorOperators.I2F, F, 0))
            .mul(low)
            .intoMemorySegment(ALL, panel + into, LE);
        ((FloatVector) p.and(-16).convertShape(VectorOperators.I2F, F, 0))
            .mul(high)
            .intoMemorySegment(ALL, panel + into + 4 * ROWS, LE);
      }
    }
  }
}
