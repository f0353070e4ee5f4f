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

/// Runs of stored numbers to f32: `rows` runs of `n` elements (a multiple of the vector), `step`
/// bytes apart in the store and `intoStep` floats in the target.
final class VectorLoads {
  private VectorLoads() {}

  static void floats(long from, long step, long into, int intoStep, int rows, int n) {
    for (int row = 0; row < rows; row++) {
      long at = from + row * step;
      long to = into + 4L * row * intoStep;
      for (int i = 0; i < n; i += N) {
        FloatVector.fromMemorySegment(F, ALL, at + 4L * i, LE)
            .intoMemorySegment(ALL, to + 4L * i, LE);
      }
    }
  }

  /// As [Halves#halfToFloat] does.
  static void halves(long from, long step, long into, int intoStep, int rows, int n) {
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector least = FloatVector.broadcast(F, -Halves.LEAST_NORMAL);
    for (int row = 0; row < rows; row++) {
      long at = from + row * step;
      long to = into + 4L * row * intoStep;
      for (int i = 0; i < n; i += N) {
        IntVector half =
            (IntVector)
                ShortVector.fromMemorySegment(S, ALL, at + 2L * i, LE)
                    .convertShape(VectorOperators.S2I, I, 0);
        IntVector r =
            half.lanewise(VectorOperators.LSHL, 13).and(Halves.MAGNITUDE).add(Halves.REBIAS);
        IntVector subnormal = r.reinterpretAsFloats().fma(two, least).reinterpretAsInts();
        r.min(subnormal)
            .or(half.and(Halves.SIGN))
            .reinterpretAsFloats()
            .intoMemorySegment(ALL, to + 4L * i, LE);
      }
    }
  }

  static void bfloats(long from, long step, long into, int intoStep, int rows, int n) {
    for (int row = 0; row < rows; row++) {
      long at = from + row * step;
      long to = into + 4L * row * intoStep;
      for (int i = 0; i < n; i += N) {
        IntVector bits =
            (IntVector)
                ShortVector.fromMemorySegment(S, ALL, at + 2L * i, LE)
                    .convertShape(VectorOperators.S2I, I, 0);
        bits.lanewise(VectorOperators.LSHL, 16)
            .reinterpretAsFloats()
            .intoMemorySegment(ALL, to + 4L * i, LE);
      }
    }
  }

  /// The same for one run into an array.
  static void halvesIntoArray(long from, float[] into, int n) {
    FloatVector two = FloatVector.broadcast(F, 2f);
    FloatVector least = FloatVector.broadcast(F, -Halves.LEAST_NORMAL);
    for (int i = 0; i < n; i += N) {
      IntVector half =
          (IntVector)
              ShortVector.fromMemorySegment(S, ALL, from + 2L * i, LE)
                  .convertShape(VectorOperators.S2I, I, 0);
      IntVector r =
          half.lanewise(VectorOperators.LSHL, 13).and(Halves.MAGNITUDE).add(Halves.REBIAS);
      IntVector subnormal = r.reinterpretAsFloats().fma(two, least).reinterpretAsInts();
      r.min(subnormal).or(half.and(Halves.SIGN)).reinterpretAsFloats().intoArray(into, i);
    }
  }
}
