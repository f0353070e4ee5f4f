package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;

/// Q8_0 (ggml): blocks of 32 columns share an f16 scale `d`; `w = d * q`.
///
/// A group holds `[width / 32][32 rows]` scales, then `[column][32 rows]` signed bytes: two
/// sequential streams.
final class Q8_0Format extends WeightFormat {
  static final int BLOCK = 32;
  private static final int FILE_BLOCK_BYTES = 34;

  Q8_0Format() {
    super(DType.Q8_0);
  }

  /// Where the bytes of a group begin.
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
      for (int k = 0; k < BLOCK; k++) {
        ALL.set(
            JAVA_BYTE, quants + (long) (b * BLOCK + k) * GROUP, from.get(JAVA_BYTE, block + 2 + k));
      }
    }
  }

  @Override
  float decode(long groupAt, int width, int row, int column) {
    float scale =
        Halves.halfToFloat(ALL.get(JAVA_SHORT, groupAt + 2L * (column / BLOCK * GROUP + row)));
    return ALL.get(JAVA_BYTE, quantsAt(groupAt, width) + (long) column * GROUP + row) * scale;
  }
}
