package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/// Turns the bytes of a weight into f32, one element after the other.
final class NaiveKernelWeights {
  static final Set<DType> TYPES = Set.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0);

  private NaiveKernelWeights() {}

  static float[] decode(WeightSpec spec) {
    long rowBytes = spec.type().rowBytes(spec.width());
    float[] values = new float[spec.rows() * spec.width()];
    int row = 0;
    for (MemorySegment part : spec.parts()) {
      for (long at = 0; at < part.byteSize(); at += rowBytes, row++) {
        for (int i = 0; i < spec.width(); i++) {
          values[row * spec.width() + i] = element(spec.type(), part, at, i);
        }
      }
    }
    return values;
  }

  private static float element(DType type, MemorySegment from, long row, int i) {
    return switch (type) {
      case F32 -> from.get(JAVA_FLOAT_UNALIGNED, row + 4L * i);
      case F16 -> Float.float16ToFloat(from.get(JAVA_SHORT_UNALIGNED, row + 2L * i));
      case BF16 -> Halves.bfloatToFloat(from.get(JAVA_SHORT_UNALIGNED, row + 2L * i));
      case Q8_0 -> {
        long block = row + 34L * (i / 32);
        yield scale(from, block) * from.get(JAVA_BYTE, block + 2 + i % 32);
      }
      case Q4_0 -> {
        long block = row + 18L * (i / 32);
        int pair = from.get(JAVA_BYTE, block + 2 + i % 16);
        yield scale(from, block) * ((i % 32 < 16 ? pair & 15 : (pair >> 4) & 15) - 8);
      }
      case Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4, I32 ->
          throw new IllegalStateException(type + " was let in");
    };
  }

  private static float scale(MemorySegment from, long block) {
    return Float.float16ToFloat(from.get(JAVA_SHORT_UNALIGNED, block));
  }
}
