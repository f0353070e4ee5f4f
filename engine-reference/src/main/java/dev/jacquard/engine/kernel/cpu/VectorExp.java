package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.Lanes.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// [Exp] for every lane, step by step the same.
final class VectorExp {
  private VectorExp() {}

  static FloatVector of(FloatVector x) {
    FloatVector low = x.blend(Exp.LEAST, x.compare(VectorOperators.LT, Exp.LEAST));
    FloatVector clamped = low.blend(Exp.LARGEST, low.compare(VectorOperators.GT, Exp.LARGEST));
    FloatVector shifted = fma(clamped, Exp.LOG2_E, FloatVector.broadcast(F, Exp.ROUNDER));
    FloatVector n = shifted.sub(Exp.ROUNDER);
    FloatVector r = fma(n, -Exp.LN2_LOW, fma(n, -Exp.LN2_HIGH, clamped));
    IntVector power =
        shifted.reinterpretAsInts().add(127 - Exp.ROUNDER_BITS).lanewise(VectorOperators.LSHL, 23);
    return polynomial(r).mul(power.reinterpretAsFloats());
  }

  private static FloatVector polynomial(FloatVector r) {
    FloatVector p = FloatVector.broadcast(F, Exp.C6);
    p = p.lanewise(VectorOperators.FMA, r, FloatVector.broadcast(F, Exp.C5));
    p = p.lanewise(VectorOperators.FMA, r, FloatVector.broadcast(F, Exp.C4));
    p = p.lanewise(VectorOperators.FMA, r, FloatVector.broadcast(F, Exp.C3));
    p = p.lanewise(VectorOperators.FMA, r, FloatVector.broadcast(F, Exp.C2));
    return p.lanewise(VectorOperators.FMA, r.mul(r), r).add(1f);
  }

  private static FloatVector fma(FloatVector a, float b, FloatVector c) {
    return a.lanewise(VectorOperators.FMA, FloatVector.broadcast(F, b), c);
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector e = of(x.abs().mul(-2f));
    FloatVector t = e.neg().add(1f).div(e.add(1f));
    return t.reinterpretAsInts().or(x.reinterpretAsInts().and(Halves.SIGN)).reinterpretAsFloats();
  }
}
