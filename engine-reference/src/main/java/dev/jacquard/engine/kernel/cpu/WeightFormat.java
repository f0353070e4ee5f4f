package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;

/// How one weight type lies in memory once it is loaded: 32 rows of a matrix form a group,
/// interleaved so that the same column of all 32 is contiguous.
///
/// Every value is exactly representable in f32 (`d * q` has at most 19 significant bits), so
/// `decode` rounds nothing and the order of summation is the whole arithmetic. A new type is one
/// such class plus a [GroupKernel] for speed.
abstract sealed class WeightFormat
    permits PlainFormat, F16Format, BF16Format, Q8_0Format, Q4_0Format {
  /// Rows of a group.
  static final int GROUP = 32;

  private final DType type;

  WeightFormat(DType type) {
    this.type = type;
  }

  final DType type() {
    return type;
  }

  /// Bytes of a group of rows of `width` elements: those of the file.
  final long groupBytes(int width) {
    return type.rowBytes(width) * GROUP;
  }

  /// Puts one row, as the file has it, into its place in a group.
  ///
  /// @throws NotFiniteException when it holds an infinity or NaN where the kernels could not keep
  ///   it
  abstract void repackRow(MemorySegment from, long fromAt, int width, long groupAt, int row);

  /// Element `column` of row `row` of a group.
  abstract float decode(long groupAt, int width, int row, int column);

  /// A row as f32.
  final void decodeRow(long groupAt, int width, int row, float[] into, int at) {
    for (int k = 0; k < width; k++) {
      into[at + k] = decode(groupAt, width, row, k);
    }
  }

  /// A weight that is infinite or not a number.
  static final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFiniteException(int column) {
      super("column " + column + " is infinite or not a number", null, false, false);
    }
  }
}
