package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.Lanes.F;
import static dev.jacquard.engine.kernel.cpu.Lanes.N;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// `c[t][32] += sum_k x[k][t] * panel[k][32]` with the accumulators in registers: 2 vectors for
/// each of 8, 4, 2 or 1 columns. Where there are only 16 registers (256 bits and below) 8 columns
/// go as twice 4.
final class VectorTiles {
  private static final int ROWS = WeightFormat.GROUP;

  private VectorTiles() {}

  static void multiply(
      int tile, float[] panel, int panelAt, float[] x, int xAt, int depth, float[] c, int cAt) {
    for (int r = 0; r < ROWS; r += 2 * N) {
      if (tile == 8 && N == 16) {
        tile8(panel, panelAt + r, x, xAt, depth, c, cAt + r);
      } else if (tile == 8) {
        tile4(panel, panelAt + r, x, xAt, 8, depth, c, cAt + r);
        tile4(panel, panelAt + r, x, xAt + 4, 8, depth, c, cAt + 4 * ROWS + r);
      } else if (tile == 4) {
        tile4(panel, panelAt + r, x, xAt, 4, depth, c, cAt + r);
      } else if (tile == 2) {
        tile2(panel, panelAt + r, x, xAt, depth, c, cAt + r);
      } else {
        tile1(panel, panelAt + r, x, xAt, depth, c, cAt + r);
      }
    }
  }

  private static FloatVector at(float[] from, int index) {
    return FloatVector.fromArray(F, from, index);
  }

  private static FloatVector all(float[] from, int index) {
    return FloatVector.broadcast(F, from[index]);
  }

  private static FloatVector fma(FloatVector w, FloatVector v, FloatVector sum) {
    return w.lanewise(VectorOperators.FMA, v, sum);
  }

  private static void tile8(
      float[] panel, int panelAt, float[] x, int xAt, int depth, float[] c, int cAt) {
    FloatVector a0 = at(c, cAt);
    FloatVector b0 = at(c, cAt + N);
    FloatVector a1 = at(c, cAt + ROWS);
    FloatVector b1 = at(c, cAt + ROWS + N);
    FloatVector a2 = at(c, cAt + 2 * ROWS);
    FloatVector b2 = at(c, cAt + 2 * ROWS + N);
    FloatVector a3 = at(c, cAt + 3 * ROWS);
    FloatVector b3 = at(c, cAt + 3 * ROWS + N);
    FloatVector a4 = at(c, cAt + 4 * ROWS);
    FloatVector b4 = at(c, cAt + 4 * ROWS + N);
    FloatVector a5 = at(c, cAt + 5 * ROWS);
    FloatVector b5 = at(c, cAt + 5 * ROWS + N);
    FloatVector a6 = at(c, cAt + 6 * ROWS);
    FloatVector b6 = at(c, cAt + 6 * ROWS + N);
    FloatVector a7 = at(c, cAt + 7 * ROWS);
    FloatVector b7 = at(c, cAt + 7 * ROWS + N);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = at(panel, panelAt + k * ROWS);
      FloatVector w1 = at(panel, panelAt + k * ROWS + N);
      int column = xAt + k * 8;
      FloatVector v = all(x, column);
      a0 = fma(w0, v, a0);
      b0 = fma(w1, v, b0);
      v = all(x, column + 1);
      a1 = fma(w0, v, a1);
      b1 = fma(w1, v, b1);
      v = all(x, column + 2);
      a2 = fma(w0, v, a2);
      b2 = fma(w1, v, b2);
      v = all(x, column + 3);
      a3 = fma(w0, v, a3);
      b3 = fma(w1, v, b3);
      v = all(x, column + 4);
      a4 = fma(w0, v, a4);
      b4 = fma(w1, v, b4);
      v = all(x, column + 5);
      a5 = fma(w0, v, a5);
      b5 = fma(w1, v, b5);
      v = all(x, column + 6);
      a6 = fma(w0, v, a6);
      b6 = fma(w1, v, b6);
      v = all(x, column + 7);
      a7 = fma(w0, v, a7);
      b7 = fma(w1, v, b7);
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
      float[] panel, int panelAt, float[] x, int xAt, int xStep, int depth, float[] c, int cAt) {
    FloatVector a0 = at(c, cAt);
    FloatVector b0 = at(c, cAt + N);
    FloatVector a1 = at(c, cAt + ROWS);
    FloatVector b1 = at(c, cAt + ROWS + N);
    FloatVector a2 = at(c, cAt + 2 * ROWS);
    FloatVector b2 = at(c, cAt + 2 * ROWS + N);
    FloatVector a3 = at(c, cAt + 3 * ROWS);
    FloatVector b3 = at(c, cAt + 3 * ROWS + N);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = at(panel, panelAt + k * ROWS);
      FloatVector w1 = at(panel, panelAt + k * ROWS + N);
      int column = xAt + k * xStep;
      FloatVector v = all(x, column);
      a0 = fma(w0, v, a0);
      b0 = fma(w1, v, b0);
      v = all(x, column + 1);
      a1 = fma(w0, v, a1);
      b1 = fma(w1, v, b1);
      v = all(x, column + 2);
      a2 = fma(w0, v, a2);
      b2 = fma(w1, v, b2);
      v = all(x, column + 3);
      a3 = fma(w0, v, a3);
      b3 = fma(w1, v, b3);
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

  private static void tile2(
      float[] panel, int panelAt, float[] x, int xAt, int depth, float[] c, int cAt) {
    FloatVector a0 = at(c, cAt);
    FloatVector b0 = at(c, cAt + N);
    FloatVector a1 = at(c, cAt + ROWS);
    FloatVector b1 = at(c, cAt + ROWS + N);
    for (int k = 0; k < depth; k++) {
      FloatVector w0 = at(panel, panelAt + k * ROWS);
      FloatVector w1 = at(panel, panelAt + k * ROWS + N);
      FloatVector v = all(x, xAt + 2 * k);
      a0 = fma(w0, v, a0);
      b0 = fma(w1, v, b0);
      v = all(x, xAt + 2 * k + 1);
      a1 = fma(w0, v, a1);
      b1 = fma(w1, v, b1);
    }
    a0.intoArray(c, cAt);
    b0.intoArray(c, cAt + N);
    a1.intoArray(c, cAt + ROWS);
    b1.intoArray(c, cAt + ROWS + N);
  }

  private static void tile1(
      float[] panel, int panelAt, float[] x, int xAt, int depth, float[] c, int cAt) {
    FloatVector a0 = at(c, cAt);
    FloatVector b0 = at(c, cAt + N);
    for (int k = 0; k < depth; k++) {
      FloatVector v = all(x, xAt + k);
      a0 = fma(at(panel, panelAt + k * ROWS), v, a0);
      b0 = fma(at(panel, panelAt + k * ROWS + N), v, b0);
    }
    a0.intoArray(c, cAt);
    b0.intoArray(c, cAt + N);
  }
}
