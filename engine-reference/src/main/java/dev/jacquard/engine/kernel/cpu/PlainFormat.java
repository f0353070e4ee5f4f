package dev.jacquard.engine.kernel.cpu;

import static dev.jacquard.engine.kernel.cpu.RawMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;

/// F32: `[column][32 rows]` floats.
final class PlainFormat extends WeightFormat {
  PlainFormat() {
    super(DType.F32);
  }

  @Override
  void repackRow(MemorySegment from, long fromAt, int width, long groupAt, int row) {
    for (int k = 0; k < width; k++) {
      ALL.set(
          JAVA_FLOAT,
          groupAt + 4L * ((long) k * GROUP + row),
          from.get(JAVA_FLOAT_UNALIGNED, fromAt + 4L * k));
    }
  }

  @Override
  float decode(long groupAt, int width, int row, int column) {
    return ALL.get(JAVA_FLOAT, groupAt + 4L * ((long) column * GROUP + row));
  }
}
