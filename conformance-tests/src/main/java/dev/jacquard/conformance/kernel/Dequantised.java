package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;

/// What the bytes of a weight mean, exactly: the block layouts of the GGUF format (ggml), in float64.
final class Dequantised {
  private static final int[] IQ4_NL_VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };
  private static final int[] E2M1_TWICE = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private final MemorySegment bytes;
  private final double[] out;

  private Dequantised(MemorySegment bytes, double[] out) {
    this.bytes = bytes;
    this.out = out;
  }

  /// The numbers of one row of `width` elements.
  static double[] row(DType type, MemorySegment row, int width) {
    Dequantised reader = new Dequantised(row, new double[width]);
    for (int block = 0; block * type.blockElements() < width; block++) {
      reader.block(type, block * type.blockBytes(), block * type.blockElements());
    }
    return reader.out;
  }

  private void block(DType type, int at, int to) {
    switch (type) {
      case F32 -> out[to] = bytes.get(JAVA_FLOAT_UNALIGNED, at);
      case F16 -> out[to] = half(at);
      case BF16 -> out[to] = Halves.bfloatToFloat(bytes.get(JAVA_SHORT_UNALIGNED, at));
      case Q8_0 -> {
        for (int i = 0; i < 32; i++) {
          out[to + i] = half(at) * bytes.get(JAVA_BYTE, at + 2 + i);
        }
      }
      case Q4_0 -> {
        for (int i = 0; i < 32; i++) {
          out[to + i] = half(at) * (nibble(at + 2, i) - 8);
        }
      }
      case Q4_1 -> {
        for (int i = 0; i < 32; i++) {
          out[to + i] = half(at) * nibble(at + 4, i) + half(at + 2);
        }
      }
      case Q5_0 -> {
        for (int i = 0; i < 32; i++) {
          out[to + i] = half(at) * (nibble(at + 6, i) + 16 * bit(at + 2, i) - 16);
        }
      }
      case Q5_1 -> {
        for (int i = 0; i < 32; i++) {
          out[to + i] = half(at) * (nibble(at + 8, i) + 16 * bit(at + 4, i)) + half(at + 2);
        }
      }
      case IQ4_NL -> {
        for (int i = 0; i < 32; i++) {
          out[to + i] = half(at) * IQ4_NL_VALUES[nibble(at + 2, i)];
        }
      }
      case MXFP4 -> {
        for (int i = 0; i < 32; i++) {
          out[to + i] = Math.scalb((double) E2M1_TWICE[nibble(at + 1, i)], octet(at) - 128);
        }
      }
      case Q2_K -> q2k(at, to);
      case Q3_K -> q3k(at, to);
      case Q4_K -> q45k(at, to, false);
      case Q5_K -> q45k(at, to, true);
      case Q6_K -> q6k(at, to);
      case I32 -> throw new IllegalArgumentException("no weight is of type I32");
    }
  }

  private void q2k(int at, int to) {
    for (int i = 0; i < 256; i++) {
      int scale = octet(at + i / 16);
      int quant = octet(at + 16 + i / 128 * 32 + i % 32) >> (i % 128 / 32 * 2) & 3;
      out[to + i] = half(at + 80) * (scale & 15) * quant - half(at + 82) * (scale >> 4);
    }
  }

  private void q3k(int at, int to) {
    for (int i = 0; i < 256; i++) {
      int group = i / 16;
      int low = octet(at + 96 + group % 8) >> (group < 8 ? 0 : 4) & 15;
      int high = octet(at + 104 + group % 4) >> (group / 4 * 2) & 3;
      int quant = octet(at + 32 + i / 128 * 32 + i % 32) >> (i % 128 / 32 * 2) & 3;
      int set = octet(at + i % 32) >> (i / 32) & 1;
      out[to + i] = half(at + 108) * (low + 16 * high - 32) * (quant - (set == 1 ? 0 : 4));
    }
  }

  private void q45k(int at, int to, boolean five) {
    int quants = at + (five ? 48 : 16);
    for (int i = 0; i < 256; i++) {
      int group = i / 32;
      int scale;
      int least;
      if (group < 4) {
        scale = octet(at + 4 + group) & 63;
        least = octet(at + 8 + group) & 63;
      } else {
        int both = octet(at + 8 + group);
        scale = (both & 15) | (octet(at + group) >> 6 << 4);
        least = (both >> 4) | (octet(at + 4 + group) >> 6 << 4);
      }
      int quant = octet(quants + i / 64 * 32 + i % 32) >> (i % 64 / 32 * 4) & 15;
      if (five) {
        quant += 16 * (octet(at + 16 + i % 32) >> group & 1);
      }
      out[to + i] = half(at) * scale * quant - half(at + 2) * least;
    }
  }

  private void q6k(int at, int to) {
    for (int i = 0; i < 256; i++) {
      int half = i / 128;
      int quarter = i % 128 / 32;
      int low = octet(at + half * 64 + quarter % 2 * 32 + i % 32) >> (quarter / 2 * 4) & 15;
      int high = octet(at + 128 + half * 32 + i % 32) >> (quarter * 2) & 3;
      int scale = bytes.get(JAVA_BYTE, at + 192 + i / 16);
      out[to + i] = half(at + 208) * scale * (low + 16 * high - 32);
    }
  }

  /// Element `i` of 32 in 16 bytes: first all low halves, then all high ones.
  private int nibble(int at, int i) {
    return octet(at + i % 16) >> (i / 16 * 4) & 15;
  }

  private int bit(int at, int i) {
    return octet(at + i / 8) >> (i % 8) & 1;
  }

  private int octet(int at) {
    return bytes.get(JAVA_BYTE, at) & 0xff;
  }

  private double half(int at) {
    return Float.float16ToFloat(bytes.get(JAVA_SHORT_UNALIGNED, at));
  }
}
