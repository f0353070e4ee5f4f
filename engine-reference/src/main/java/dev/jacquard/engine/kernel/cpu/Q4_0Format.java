package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;

/// Q4_0 (ggml): blocks of 32 columns share an f16 scale `d`; `w = d * (q - 8)` with `q` in 0..15.
///
/// A group holds `[width / 32][32 rows]` scales, then `[width / 2][32 rows]` bytes: column `2j` in
/// the low half of a byte, `2j + 1` in the high half, both as `q - 8` in two's complement, so that
/// shifting alone gives the signed value.
final class Q4_0Format extends WeightFormat {
  static final int BLOCK = 32;
  private static final int FILE_BLOCK_BYTES = 18;

  Q4_0Format() {
    super(DType.Q4_0);
  }

  /// Where the nibbles of a group begin.
  static long quantsAt(long groupAt, int width) {
    return groupAt + (long) (width / BLOCK) * GROUP * 2;
  }

  @Override
  void repackRow(MemorySegment from, long fromAt, int width, long groupAt, int row) {
    long quants = quantsAt(groupAt, width) + row;
    for (int b = 0; b < width / BLOCK; b++) {
      long block = fromAt + (long) b * FILE_BLOCK_BYTES;
      short scale = from.get(JAVA_SHORT_UNALIGNED, block);
      if (Halves.isHalfNotFinite(scale)) {
        throw new NotFiniteException(b * BLOCK);
      }
      ALL.set(JAVA_SHORT, groupAt + 2L * (b * GROUP + row), scale);
      // The file keeps column k beside column k + 16.
      for (int j = 0; j < BLOCK / 4; j++) {
        int first = from.get(JAVA_BYTE, block + 2 + 2L * j);
        int second = from.get(JAVA_BYTE, block + 3 + 2L * j);
        int lows = (first & 15) | (second & 15) << 4;
        int highs = (first >> 4 & 15) | (second & 0xf0);
        long pair = quants + (long) (b * (BLOCK / 2) + j) * GROUP;
        ALL.set(JAVA_BYTE, pair, (byte) (lows ^ 0x88));
        ALL.set(JAVA_BYTE, pair + (long) (BLOCK / 4) * GROUP, (byte) (highs ^ 0x88));
      }
    }
  }

  @Override
  float decode(long groupAt, int width, int row, int column) {
    float scale =
        Halves.halfToFloat(ALL.get(JAVA_SHORT, groupAt + 2L * (column / BLOCK * GROUP + row)));
    int pair = ALL.get(JAVA_BYTE, quantsAt(groupAt, width) + (long) (column / 2) * GROUP + row);
    int q = (column & 1) == 0 ? (pair << 28) >> 28 : pair >> 4;
    return q * scale;
  }
}
