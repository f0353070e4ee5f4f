package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.Lanes.F;
import static dev.jacquard.engine.kernel.cpu.Lanes.LE;
import static dev.jacquard.engine.kernel.cpu.Lanes.N;
import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;

/// `c[t][32] += sum_k x[k][t] * panel[k][32]` with the accumulators in registers: 2 vectors for
/// each of 8, 4, 2 or 1 columns. Where there are only 16 registers (256 bits and below) 8 columns
/// go as twice 4.
final class VectorTiles {
  private static final int ROWS = WeightFormat.GROUP;

  private VectorTiles() {}

  static void multiply(int tile, long panel, float[] x, int xAt, int depth, float[] c, int cAt) {
    for (int r = 0; r < ROWS; r += 2 * N) {
      if (tile == 8 && N == 16) {
        tile8(panel + 4L * r, x, xAt, depth, c, cAt + r);
      } else if (tile == 8) {
        tile4(panel + 4L * r, x, xAt, 8, depth, c, cAt + r);
        tile4(panel + 4L * r, x, xAt + 4, 8, depth, c, cAt + 4 * ROWS + r);
      } else if (tile == 4) {
        tile4(panel + 4L * r, x, xAt, 4, depth, c, cAt + r);
      } else if (tile == 2) {
        tile2(panel + 4L * r, x, xAt, depth, c, cAt + r);
      } else {
        tile1(panel + 4L * r, x, xAt, depth, c, cAt + r);
      }
    }
  }

  private static void tile8(long panel, float[] x, int xAt, int depth, float[] c, int cAt) {
    FloatVector a0 = FloatVector.fromArray(F, c, cAt);
    FloatVector b0 = FloatVector.fromArray(F, c, cAt + N);
    FloatVector a1 = FloatVector.fromArray(F, c, cAt + ROWS);
    FloatVector b1 = FloatVector.fromArray(F, c, cAt + ROWS + N);
    FloatVector a2 = FloatVector.fromArray(F, c, cAt + 2 * ROWS);
    FloatVector b2 = FloatVector.fromArray(F, c, cAt + 2 * ROWS + N);
    FloatVector a3 = FloatVector.fromArray(F, c, cAt + 3 * ROWS);
    FloatVector b3 = FloatVector.fromArray(F, c, cAt + 3 * ROWS + N);
    FloatVector a4 = FloatVector.fromArray(F, c, cAt + 4 * ROWS);
    FloatVector b4 = FloatVector.fromArray(F, c, cAt + 4 * ROWS + N);
    FloatVector a5 = FloatVector.fromArray(F, c, cAt + 5 * ROWS);
    FloatVector b5 = FloatVector.fromArray(F, c, cAt + 5 * ROWS + N);
    FloatVector a6 = FloatVector.fromArray(F, c, cAt + 6 * ROWS);
    FloatVector b6 = FloatVector.fromArray(F, c, cAt + 6 * ROWS + N);
    FloatVector a7 = FloatVector.fromArray(F, c, cAt + 7 * ROWS);
    FloatVector b7 = FloatVector.fromArray(F, c, cAt + 7 * ROWS + N);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = FloatVector.fromMemorySegment(F, ALL, panel + k * (4L * ROWS), LE);
      FloatVector w1 = FloatVector.fromMemorySegment(F, ALL, panel + k * (4L * ROWS) + 4L * N, LE);
      int column = xAt + k * 8;
      FloatVector v = FloatVector.broadcast(F, x[column]);
      a0 = w0.fma(v, a0);
      b0 = w1.fma(v, b0);
      v = FloatVector.broadcast(F, x[column + 1]);
      a1 = w0.fma(v, a1);
      b1 = w1.fma(v, b1);
      v = FloatVector.broadcast(F, x[column + 2]);
      a2 = w0.fma(v, a2);
      b2 = w1.fma(v, b2);
      v = FloatVector.broadcast(F, x[column + 3]);
      a3 = w0.fma(v, a3);
      b3 = w1.fma(v, b3);
      v = FloatVector.broadcast(F, x[column + 4]);
      a4 = w0.fma(v, a4);
      b4 = w1.fma(v, b4);
      v = FloatVector.broadcast(F, x[column + 5]);
      a5 = w0.fma(v, a5);
      b5 = w1.fma(v, b5);
      v = FloatVector.broadcast(F, x[column + 6]);
      a6 = w0.fma(v, a6);
      b6 = w1.fma(v, b6);
      v = FloatVector.broadcast(F, x[column + 7]);
      a7 = w0.fma(v, a7);
      b7 = w1.fma(v, b7);
    }
    a0.intoArray(c, cAt);
    b0.intoArray(c, cAt + N);
    a1.intoArray(c, cAt + ROWS);
    b1.intoArray(c, cAt + ROWS + N);
    a2.intoArray(c, cAt + 2 * ROWS);
    b2.intoArray(c, cAt + 2 * ROWS + N);
    a3.intoArray(c, cAt + 3 * ROWS);
    b3.intoArray(c, cAt + 3 * ROWS + N);
    a4.intoArray(c, cAt + 4 * ROWS);
    b4.intoArray(c, cAt + 4 * ROWS + N);
    a5.intoArray(c, cAt + 5 * ROWS);
    b5.intoArray(c, cAt + 5 * ROWS + N);
    a6.intoArray(c, cAt + 6 * ROWS);
    b6.intoArray(c, cAt + 6 * ROWS + N);
    a7.intoArray(c, cAt + 7 * ROWS);
    b7.intoArray(c, cAt + 7 * ROWS + N);
  }

  /// Four columns out of `xStep` packed ones.
  private static void tile4(
      long panel, float[] x, int xAt, int xStep, int depth, float[] c, int cAt) {
    FloatVector a0 = FloatVector.fromArray(F, c, cAt);
    FloatVector b0 = FloatVector.fromArray(F, c, cAt + N);
    FloatVector a1 = FloatVector.fromArray(F, c, cAt + ROWS);
    FloatVector b1 = FloatVector.fromArray(F, c, cAt + ROWS + N);
    FloatVector a2 = FloatVector.fromArray(F, c, cAt + 2 * ROWS);
    FloatVector b2 = FloatVector.fromArray(F, c, cAt + 2 * ROWS + N);
    FloatVector a3 = FloatVector.fromArray(F, c, cAt + 3 * ROWS);
    FloatVector b3 = FloatVector.fromArray(F, c, cAt + 3 * ROWS + N);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = FloatVector.fromMemorySegment(F, ALL, panel + k * (4L * ROWS), LE);
      FloatVector w1 = FloatVector.fromMemorySegment(F, ALL, panel + k * (4L * ROWS) + 4L * N, LE);
      int column = xAt + k * xStep;
      FloatVector v = FloatVector.broadcast(F, x[column]);
      a0 = w0.fma(v, a0);
      b0 = w1.fma(v, b0);
      v = FloatVector.broadcast(F, x[column + 1]);
      a1 = w0.fma(v, a1);
      b1 = w1.fma(v, b1);
      v = FloatVector.broadcast(F, x[column + 2]);
      a2 = w0.fma(v, a2);
      b2 = w1.fma(v, b2);
      v = FloatVector.broadcast(F, x[column + 3]);
      a3 = w0.fma(v, a3);
      b3 = w1.fma(v, b3);
    }
    a0.intoArray(c, cAt);
    b0.intoArray(c, cAt + N);
    a1.intoArray(c, cAt + ROWS);
    b1.intoArray(c, cAt + ROWS + N);
    a2.intoArray(c, cAt + 2 * ROWS);
    b2.intoArray(c, cAt + 2 * ROWS + N);
    a3.intoArray(c, cAt + 3 * ROWS);
    b3.intoArray(c, cAt + 3 * ROWS + N);
  }

  private static void tile2(long panel, float[] x, int xAt, int depth, float[] c, int cAt) {
    FloatVector a0 = FloatVector.fromArray(F, c, cAt);
    FloatVector b0 = FloatVector.fromArray(F, c, cAt + N);
    FloatVector a1 = FloatVector.fromArray(F, c, cAt + ROWS);
    FloatVector b1 = FloatVector.fromArray(F, c, cAt + ROWS + N);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = FloatVector.fromMemorySegment(F, ALL, panel + k * (4L * ROWS), LE);
      FloatVector w1 = FloatVector.fromMemorySegment(F, ALL, panel + k * (4L * ROWS) + 4L * N, LE);
      FloatVector v = FloatVector.broadcast(F, x[xAt + 2 * k]);
      a0 = w0.fma(v, a0);
      b0 = w1.fma(v, b0);
      v = FloatVector.broadcast(F, x[xAt + 2 * k + 1]);
      a1 = w0.fma(v, a1);
      b1 = w1.fma(v, b1);
    }
    a0.intoArray(c, cAt);
    b0.intoArray(c, cAt + N);
    a1.intoArray(c, cAt + ROWS);
    b1.intoArray(c, cAt + ROWS + N);
  }

  private static void tile1(long panel, float[] x, int xAt, int depth, float[] c, int cAt) {
    FloatVector a0 = FloatVector.fromArray(F, c, cAt);
    FloatVector b0 = FloatVector.fromArray(F, c, cAt + N);
    for (int k = 0; k < depth; k++) {
      FloatVector v = FloatVector.broadcast(F, x[xAt + k]);
      FloatVector w0 = FloatVector.fromMemorySegment(F, ALL, panel + k * (4L * ROWS), LE);
      FloatVector w1 = FloatVector.fromMemorySegment(F, ALL, panel + k * (4L * ROWS) + 4L * N, LE);
      a0 = w0.fma(v, a0);
      b0 = w1.fma(v, b0);
    }
    a0.intoArray(c, cAt);
    b0.intoArray(c, cAt + N);
  }
}
