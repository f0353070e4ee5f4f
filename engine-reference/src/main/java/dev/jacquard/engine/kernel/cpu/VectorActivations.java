package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.Lanes.F;
import static dev.jacquard.engine.kernel.cpu.Lanes.N;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// The loops with an exponential in them: [Exp], step by step the same, for every lane.
///
/// The polynomial is written out in each loop. A method of ours that takes or returns vectors is
/// only sometimes inlined (the calls inside a loop body share one budget, and the Vector API's own,
/// which are always inlined, use it up first); when it is not, every vector becomes an object and
/// the loop a hundred times slower. So no kernel calls one.
final class VectorActivations {
  private static final int POWER_BIAS = 127 - Exp.ROUNDER_BITS;

  private VectorActivations() {}

  /// `out = gate / (1 + exp(-gate)) * up` for the whole vectors of `n`; answers how many elements
  /// that were.
  static int silu(float[] out, int outAt, float[] gate, int gateAt, float[] up, int upAt, int n) {
    int i = 0;
    for (; i <= n - N; i += N) {
      FloatVector g = FloatVector.fromArray(F, gate, gateAt + i);
      FloatVector x = g.neg();
      x = x.blend(Exp.LEAST, x.compare(VectorOperators.LT, Exp.LEAST));
      x = x.blend(Exp.LARGEST, x.compare(VectorOperators.GT, Exp.LARGEST));
      FloatVector shifted = x.fma(Exp.LOG2_E, Exp.ROUNDER);
      FloatVector m = shifted.sub(Exp.ROUNDER);
      FloatVector r = m.fma(FloatVector.broadcast(F, -Exp.LN2_HIGH), x);
      r = m.fma(FloatVector.broadcast(F, -Exp.LN2_LOW), r);
      FloatVector p = r.fma(Exp.C6, Exp.C5);
      p = p.fma(r, FloatVector.broadcast(F, Exp.C4));
      p = p.fma(r, FloatVector.broadcast(F, Exp.C3));
      p = p.fma(r, FloatVector.broadcast(F, Exp.C2));
      p = p.fma(r.mul(r), r).add(1f);
      IntVector bits = shifted.reinterpretAsInts().add(POWER_BIAS);
      FloatVector e = p.mul(bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      g.div(e.add(1f)).mul(FloatVector.fromArray(F, up, upAt + i)).intoArray(out, outAt + i);
    }
    return i;
  }

  /// `p = exp(s - max)` for visible lanes, 0 for the others, added to `sums`.
  static void exponentials(float[] scores, int at, float max, int visible, float[] sums) {
    for (int j = 0; j < WeightFormat.GROUP; j += N) {
      FloatVector x = FloatVector.fromArray(F, scores, at + j).sub(max);
      x = x.blend(Exp.LEAST, x.compare(VectorOperators.LT, Exp.LEAST));
      x = x.blend(Exp.LARGEST, x.compare(VectorOperators.GT, Exp.LARGEST));
      FloatVector shifted = x.fma(Exp.LOG2_E, Exp.ROUNDER);
      FloatVector m = shifted.sub(Exp.ROUNDER);
      FloatVector r = m.fma(FloatVector.broadcast(F, -Exp.LN2_HIGH), x);
      r = m.fma(FloatVector.broadcast(F, -Exp.LN2_LOW), r);
      FloatVector p = r.fma(Exp.C6, Exp.C5);
      p = p.fma(r, FloatVector.broadcast(F, Exp.C4));
      p = p.fma(r, FloatVector.broadcast(F, Exp.C3));
      p = p.fma(r, FloatVector.broadcast(F, Exp.C2));
      p = p.fma(r.mul(r), r).add(1f);
      IntVector bits = shifted.reinterpretAsInts().add(POWER_BIAS);
      FloatVector e = p.mul(bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      e = FloatVector.zero(F).blend(e, VectorMask.fromLong(F, visible >>> j));
      e.intoArray(scores, at + j);
      int lane = j % Arithmetic.SUM_LANES;
      FloatVector.fromArray(F, sums, lane).add(e).intoArray(sums, lane);
    }
  }

  /// `s = cap * tanh(s / cap)` for 32 scores.
  static void softCap(float[] scores, int at, float cap) {
    for (int j = 0; j < WeightFormat.GROUP; j += N) {
      FloatVector y = FloatVector.fromArray(F, scores, at + j).div(cap);
      FloatVector x = y.abs().mul(-2f);
      x = x.blend(Exp.LEAST, x.compare(VectorOperators.LT, Exp.LEAST));
      FloatVector shifted = x.fma(Exp.LOG2_E, Exp.ROUNDER);
      FloatVector m = shifted.sub(Exp.ROUNDER);
      FloatVector r = m.fma(FloatVector.broadcast(F, -Exp.LN2_HIGH), x);
      r = m.fma(FloatVector.broadcast(F, -Exp.LN2_LOW), r);
      FloatVector p = r.fma(Exp.C6, Exp.C5);
      p = p.fma(r, FloatVector.broadcast(F, Exp.C4));
      p = p.fma(r, FloatVector.broadcast(F, Exp.C3));
      p = p.fma(r, FloatVector.broadcast(F, Exp.C2));
      p = p.fma(r.mul(r), r).add(1f);
      IntVector bits = shifted.reinterpretAsInts().add(POWER_BIAS);
      FloatVector e = p.mul(bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      IntVector t = e.neg().add(1f).div(e.add(1f)).reinterpretAsInts();
      t.or(y.reinterpretAsInts().and(Halves.SIGN))
          .reinterpretAsFloats()
          .mul(cap)
          .intoArray(scores, at + j);
    }
  }
}
