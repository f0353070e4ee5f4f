package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;

/// BF16: `[column][32 rows]` bfloat16 values.
final class BF16Format extends WeightFormat {
  BF16Format() {
    super(DType.BF16);
  }

  @Override
  void repackRow(MemorySegment from, long fromAt, int width, long groupAt, int row) {
    for (int k = 0; k < width; k++) {
      ALL.set(
          JAVA_SHORT,
          groupAt + 2L * ((long) k * GROUP + row),
          from.get(JAVA_SHORT_UNALIGNED, fromAt + 2L * k));
    }
  }

  @Override
  float decode(long groupAt, int width, int row, int column) {
    return Halves.bfloatToFloat(ALL.get(JAVA_SHORT, groupAt + 2L * ((long) column * GROUP + row)));
  }
}
