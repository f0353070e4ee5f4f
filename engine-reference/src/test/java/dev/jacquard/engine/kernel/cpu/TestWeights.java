package dev.jacquard.engine.kernel.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;

/// Random weights as a file has them, and what they mean in f64, decoded by the format's definition
/// alone.
final class TestWeights {
  final DType type;
  final int rows;
  final int width;
  final MemorySegment bytes;

  TestWeights(DType type, int rows, int width, Random random) {
    this.type = type;
    this.rows = rows;
    this.width = width;
    bytes = Arena.ofAuto().allocate(type.rowBytes(width) * rows);
    switch (type) {
      case F32 -> {
        for (long i = 0; i < (long) rows * width; i++) {
          bytes.set(JAVA_FLOAT_UNALIGNED, 4 * i, (float) random.nextGaussian());
        }
      }
      case F16 -> fillShorts(random, false);
      case BF16 -> fillShorts(random, true);
      case Q8_0, Q4_0 -> {
        byte[] all = new byte[(int) bytes.byteSize()];
        random.nextBytes(all);
        MemorySegment.copy(all, 0, bytes, JAVA_BYTE, 0, all.length);
        for (long at = 0; at < bytes.byteSize(); at += type.blockBytes()) {
          float scale = (float) (random.nextGaussian() * (random.nextInt(8) == 0 ? 1e-6 : 0.01));
          bytes.set(JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(scale));
        }
      }
      default -> throw new IllegalArgumentException(type.name());
    }
  }

  private void fillShorts(Random random, boolean brain) {
    for (long i = 0; i < (long) rows * width; i++) {
      float value = (float) (random.nextGaussian() * (random.nextInt(8) == 0 ? 1e-6 : 1));
      short bits =
          brain ? (short) (Float.floatToRawIntBits(value) >>> 16) : Float.floatToFloat16(value);
      bytes.set(JAVA_SHORT_UNALIGNED, 2 * i, bits);
    }
  }

  /// The exact value of a weight.
  double value(int row, int column) {
    long rowAt = row * type.rowBytes(width);
    long block = rowAt + (long) (column / type.blockElements()) * type.blockBytes();
    return switch (type) {
      case F32 -> bytes.get(JAVA_FLOAT_UNALIGNED, block);
      case F16 -> Float.float16ToFloat(bytes.get(JAVA_SHORT_UNALIGNED, block));
      case BF16 -> Float.intBitsToFloat(bytes.get(JAVA_SHORT_UNALIGNED, block) << 16);
      case Q8_0 -> scale(block) * bytes.get(JAVA_BYTE, block + 2 + column % 32);
      case Q4_0 -> {
        int pair = bytes.get(JAVA_BYTE, block + 2 + column % 16) & 0xff;
        yield scale(block) * ((column % 32 < 16 ? pair & 15 : pair >> 4) - 8);
      }
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private double scale(long block) {
    return Float.float16ToFloat(bytes.get(JAVA_SHORT_UNALIGNED, block));
  }

  /// The weight as two parts, split where a fused one would be.
  WeightSpec spec(String name, WeightRole role) {
    long split = type.rowBytes(width) * (rows / 3);
    return new WeightSpec(
        name,
        role,
        role == WeightRole.EMBEDDING,
        type,
        rows,
        width,
        split == 0 ? List.of(bytes) : List.of(bytes.asSlice(0, split), bytes.asSlice(split)));
  }
}
