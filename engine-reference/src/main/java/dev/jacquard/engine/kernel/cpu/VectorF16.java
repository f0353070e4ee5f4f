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

/// F16: decoded in registers, see [Halves].
final class VectorF16 implements GroupKernel {
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
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector least = FloatVector.broadcast(F, -Halves.LEAST_NORMAL);
    for (int k = 0; k < width; k++) {
      FloatVector v = FloatVector.broadcast(F, x[xAt + k]);
      long at = from + k * (ROWS * BYTES);
      IntVector h0 =
          (IntVector)
              ShortVector.fromMemorySegment(S, ALL, at, LE).convertShape(VectorOperators.S2I, I, 0);
      IntVector r0 = h0.lanewise(VectorOperators.LSHL, 13).and(Halves.MAGNITUDE).add(Halves.REBIAS);
      IntVector m0 = r0.min(r0.reinterpretAsFloats().fma(two, least).reinterpretAsInts());
      FloatVector w0 = m0.or(h0.and(Halves.SIGN)).reinterpretAsFloats();
      IntVector h1 =
          (IntVector)
              ShortVector.fromMemorySegment(S, ALL, at + N * BYTES, LE)
                  .convertShape(VectorOperators.S2I, I, 0);
      IntVector r1 = h1.lanewise(VectorOperators.LSHL, 13).and(Halves.MAGNITUDE).add(Halves.REBIAS);
      IntVector m1 = r1.min(r1.reinterpretAsFloats().fma(two, least).reinterpretAsInts());
      FloatVector w1 = m1.or(h1.and(Halves.SIGN)).reinterpretAsFloats();
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
    VectorLoads.halves(first, 0, panel, 0, 1, depth * ROWS);
  }
}
