package dev.jacquard.engine.model.config;

import dev.jacquard.spi.kernel.RopeStyle;

/// The rotary position embedding of a model.
///
/// @param base the base of the geometric series of frequencies (theta)
/// @param dimensions how many leading elements of each head are rotated, even
/// @param style which elements turn together
/// @param scaling how the frequencies are changed
public record Rope(double base, int dimensions, RopeStyle style, RopeScaling scaling) {

  public Rope {
    if (!(base > 0) || base > 1e18) {
      throw new IllegalArgumentException("rope base " + base + " should be positive and finite");
    }
    if (dimensions < 2 || dimensions % 2 != 0) {
      throw new IllegalArgumentException(
          "rope dimension count " + dimensions + " should be positive and even");
    }
    if (scaling instanceof RopeScaling.Divisors d && d.values().size() != dimensions / 2) {
      throw new IllegalArgumentException(
          "rope_freqs.weight has "
              + d.values().size()
              + " values for "
              + dimensions / 2
              + " frequencies");
    }
  }

  /// The angle in radians by which pair i turns per position, scaling applied; `dimensions / 2`
  /// values. Sources: Su et al., arXiv:2104.09864; for Llama 3 the reference code of Llama 3.1.
  public double[] frequencies() {
    double[] out = new double[dimensions / 2];
    for (int i = 0; i < out.length; i++) {
      double plain = Math.pow(base, -2.0 * i / dimensions);
      out[i] =
          switch (scaling) {
            case RopeScaling.None _ -> plain;
            case RopeScaling.Linear s -> plain / s.factor();
            case RopeScaling.Llama3 s -> llama3(plain, s);
            case RopeScaling.Divisors s -> plain / s.values().get(i);
          };
    }
    return out;
  }

  private static double llama3(double plain, RopeScaling.Llama3 s) {
    double turns = s.originalContext() * plain / (2 * Math.PI); // in the original context
    if (turns > s.highFactor()) {
      return plain;
    }
    if (turns < s.lowFactor()) {
      return plain / s.factor();
    }
    double kept = (turns - s.lowFactor()) / (s.highFactor() - s.lowFactor());
    return (1 - kept) * plain / s.factor() + kept * plain;
  }
}
