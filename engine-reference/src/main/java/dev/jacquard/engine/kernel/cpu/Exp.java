package dev.jacquard.engine.kernel.cpu;

/// The exponential of this backend: one polynomial for vector and scalar code.
///
/// `x = n ln 2 + r` with `|r| <= ln 2 / 2`; `exp(r) = 1 + r + r^2 (c2 + c3 r + ... + c6 r^4)`,
/// coefficients fitted for the least largest relative error (3e-9 before rounding). Arguments are
/// clamped to `[-87, 88]`, so results are normal numbers; `exp(0)` is exactly 1.
@SuppressWarnings("FloatingPointLiteralPrecision") // the nearest f32 is what is meant
final class Exp {
  static final float LEAST = -87f;
  static final float LARGEST = 88f;
  static final float LOG2_E = 1.44269504f;
  static final float LN2_HIGH = 0.693145752f;
  static final float LN2_LOW = 1.42860677e-6f;

  /// Adding it rounds to a whole number, which then sits in the low bits of the sum.
  static final float ROUNDER = 0x1.8p23f;

  static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
  static final float C2 = 0x1.fffffcp-2f;
  static final float C3 = 0x1.555492p-3f;
  static final float C4 = 0x1.5558f2p-5f;
  static final float C5 = 0x1.123a2p-7f;
  static final float C6 = 0x1.6a23dp-10f;

  private Exp() {}

  /// `e^x`, relative error below 2e-7.
  static float of(float x) {
    float clamped = x < LEAST ? LEAST : x > LARGEST ? LARGEST : x;
    float shifted = Math.fma(clamped, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
    float p = Math.fma(C6, r, C5);
    p = Math.fma(p, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r * r, r) + 1f;
    int power = (Float.floatToRawIntBits(shifted) - ROUNDER_BITS + 127) << 23;
    return p * Float.intBitsToFloat(power);
  }

  /// `tanh(x)` from the exponential, absolute error below 3e-7.
  static float tanh(float x) {
    float e = of(-2f * Math.abs(x));
    float t = (1f - e) / (1f + e);
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(t) | (Float.floatToRawIntBits(x) & Halves.SIGN));
  }
}
