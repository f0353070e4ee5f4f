package dev.jacquard.conformance.kernel;

import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.RopeStyle;
import dev.jacquard.spi.kernel.StepInputs;

/// Turns pairs by their angles.
final class NaiveKernelRope {
  private NaiveKernelRope() {}

  static void rotate(NaiveKernelTensor x, StepInputs in, RopeParams params) {
    for (int t = 0; t < in.tokens(); t++) {
      for (int i = 0; i < params.pairs(); i++) {
        double angle = in.position(t) * params.inverseFrequency(i);
        float cos = (float) (Math.cos(angle) * params.magnitude());
        float sin = (float) (Math.sin(angle) * params.magnitude());
        boolean halves = params.style() == RopeStyle.HALVES;
        int first = halves ? i : 2 * i;
        int second = halves ? i + params.pairs() : 2 * i + 1;
        for (int head = 0; head < x.width(); head += params.headDim()) {
          float a = x.get(t, head + first);
          float b = x.get(t, head + second);
          x.set(t, head + first, a * cos - b * sin);
          x.set(t, head + second, a * sin + b * cos);
        }
      }
    }
  }
}
