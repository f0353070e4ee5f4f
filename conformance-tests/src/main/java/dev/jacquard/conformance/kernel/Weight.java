package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A random weight of any type, as bytes of the file format and as the exact numbers they stand for.
///
/// @param parts the bytes, cut between rows
/// @param values what the oracle takes
@SuppressWarnings("ArrayRecordComponent") // a carrier within the kit, never compared
record Weight(DType type, int rows, int width, List<MemorySegment> parts, double[][] values) {
  /// One row of quantised bytes is random but for its scales, so that every bit of the format is used.
  static Weight random(RandomGenerator random, DType type, int rows, int width) {
    return random(random, type, rows, width, rows);
  }

  /// The same in parts of `cut` rows, the last one shorter.
  static Weight random(RandomGenerator random, DType type, int rows, int width, int cut) {
    List<MemorySegment> parts = new ArrayList<>();
    double[][] values = new double[rows][];
    long rowBytes = type.rowBytes(width);
    for (int first = 0; first < rows; first += cut) {
      int count = Math.min(cut, rows - first);
      MemorySegment part = Arena.ofAuto().allocate(rowBytes * count, 64);
      for (int r = 0; r < count; r++) {
        MemorySegment row = part.asSlice(r * rowBytes, rowBytes);
        fill(random, type, width, row);
        values[first + r] = Dequantised.row(type, row, width);
      }
      parts.add(part);
    }
    return new Weight(type, rows, width, parts, values);
  }

  private static void fill(RandomGenerator random, DType type, int width, MemorySegment row) {
    switch (type) {
      case F32 -> {
        for (int i = 0; i < width; i++) {
          row.set(JAVA_FLOAT_UNALIGNED, 4L * i, (float) random.nextGaussian());
        }
      }
      case F16 -> {
        for (int i = 0; i < width; i++) {
          float value = (float) (random.nextGaussian() * (random.nextInt(8) == 0 ? 1e-6 : 1));
          row.set(JAVA_SHORT_UNALIGNED, 2L * i, Float.floatToFloat16(value));
        }
      }
      case BF16 -> {
        for (int i = 0; i < width; i++) {
          float value = (float) random.nextGaussian();
          row.set(JAVA_SHORT_UNALIGNED, 2L * i, Halves.floatToBfloat(value));
        }
      }
      case I32 -> throw new IllegalArgumentException("no weight is of type I32");
      case Q8_0, Q4_0, Q5_0, IQ4_NL -> quantised(random, type, row, 0);
      case Q4_1, Q5_1, Q4_K, Q5_K -> quantised(random, type, row, 0, 2);
      case Q2_K -> quantised(random, type, row, 80, 82);
      case Q3_K -> quantised(random, type, row, 108);
      case Q6_K -> quantised(random, type, row, 208);
      case MXFP4 -> {
        quantised(random, type, row);
        for (long at = 0; at < row.byteSize(); at += type.blockBytes()) {
          row.set(JAVA_BYTE, at, (byte) (120 + random.nextInt(8)));
        }
      }
    }
  }

  private static void quantised(
      RandomGenerator random, DType type, MemorySegment row, int... scales) {
    byte[] bytes = new byte[(int) row.byteSize()];
    random.nextBytes(bytes);
    MemorySegment.copy(bytes, 0, row, JAVA_BYTE, 0, bytes.length);
    for (long at = 0; at < row.byteSize(); at += type.blockBytes()) {
      for (int scale : scales) {
        // now and then a number that only a subnormal half can hold
        double size = random.nextInt(8) == 0 ? 1e-6 : 0.01 * (1 + random.nextDouble());
        float value = (float) (random.nextBoolean() ? size : -size);
        row.set(JAVA_SHORT_UNALIGNED, at + scale, Float.floatToFloat16(value));
      }
    }
  }

  WeightSpec spec(WeightRole role) {
    return spec(role, "the " + type + " weight");
  }

  WeightSpec spec(WeightRole role, String name) {
    return new WeightSpec(name, role, role == WeightRole.EMBEDDING, type, rows, width, parts);
  }
}
