package dev.jacquard.engine.kernel.cpu;

/// 16-bit floats as Java's `short` bits, decoded by one formula that scalar and vector code share.
///
/// IEEE half to float without a table, a branch or a subnormal operand (which costs an assist of
/// about 150 cycles on some cores): put exponent and fraction in place and add 112 to the exponent:
/// `r`. Right for normal halves; a subnormal one should be `2r - 2^-14`, which is then the smaller
/// of the two, and for normal ones `r` is. Both are positive floats, so the smaller one is found by
/// an integer minimum. Infinities and NaN come out as large finite numbers; the loader refuses them
/// and stores clamp.
final class Halves {
  /// Exponent and fraction of a half, moved to their place in a float.
  static final int MAGNITUDE = 0x0fffe000;

  static final int SIGN = 0x80000000;

  /// 112 in the exponent field of a float.
  static final int REBIAS = 112 << 23;

  /// The least normal half.
  static final float LEAST_NORMAL = 0x1p-14f;

  private static final float LARGEST = 65504f;

  private Halves() {}

  /// Value of IEEE half bits, exactly.
  static float halfToFloat(short half) {
    int bits = half;
    float r = Float.intBitsToFloat(((bits << 13) & MAGNITUDE) + REBIAS);
    float subnormal = Math.fma(2f, r, -LEAST_NORMAL);
    int magnitude = Math.min(Float.floatToRawIntBits(r), Float.floatToRawIntBits(subnormal));
    return Float.intBitsToFloat(magnitude | (bits & SIGN));
  }

  /// Nearest half, ties to even; beyond the range of halves the largest one.
  static short floatToHalf(float value) {
    return Float.floatToFloat16(value > LARGEST ? LARGEST : value < -LARGEST ? -LARGEST : value);
  }

  /// Whether half bits stand for an infinity or NaN.
  static boolean isHalfNotFinite(short half) {
    return (half & 0x7c00) == 0x7c00;
  }

  /// Value of bfloat16 bits, exactly.
  static float bfloatToFloat(short bfloat) {
    return Float.intBitsToFloat(bfloat << 16);
  }

  /// Nearest bfloat16, ties to even.
  static short floatToBfloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
