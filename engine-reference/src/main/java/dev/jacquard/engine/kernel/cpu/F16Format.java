package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;

/// F16: `[column][32 rows]` IEEE halves.
final class F16Format extends WeightFormat {
  F16Format() {
    super(DType.F16);
  }

  @Override
  void repackRow(MemorySegment from, long fromAt, int width, long groupAt, int row) {
    for (int k = 0; k < width; k++) {
      short half = from.get(JAVA_SHORT_UNALIGNED, fromAt + 2L * k);
      if (Halves.isHalfNotFinite(half)) {
        throw new NotFiniteException(k);
      }
      ALL.set(JAVA_SHORT, groupAt + 2L * ((long) k * GROUP + row), half);
    }
  }

  @Override
  float decode(long groupAt, int width, int row, int column) {
    return Halves.halfToFloat(ALL.get(JAVA_SHORT, groupAt + 2L * ((long) column * GROUP + row)));
  }
}
