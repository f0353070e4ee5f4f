package dev.jacquard.conformance.kernel;

import dev.jacquard.spi.kernel.DType;

/// bfloat16: the upper half of an f32. (binary16 is in the JDK.)
final class Halves {
  private Halves() {}

  static float bfloatToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /// Rounded to nearest, ties to even; NaN stays NaN.
  static short floatToBfloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /// The nearest number of `type`: F32, F16 or BF16.
  static float rounded(float value, DType type) {
    return type == DType.F16
        ? Float.float16ToFloat(Float.floatToFloat16(value))
        : type == DType.BF16 ? bfloatToFloat(floatToBfloat(value)) : value;
  }
}
