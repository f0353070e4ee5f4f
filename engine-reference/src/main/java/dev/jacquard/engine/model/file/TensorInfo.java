package dev.jacquard.engine.model.file;

import dev.jacquard.spi.kernel.DType;
import java.util.Arrays;
import java.util.Objects;

/// Where a tensor lies in a model file and what it is.
///
/// The shape is row-major as in NumPy and PyTorch: slowest dimension first, columns (the contiguous
/// elements of a row) last. GGUF writes it the other way round, `ne[0]` being the columns; the
/// reader reverses it, so a weight that maps `in` inputs to `out` outputs is `[out, in]` whatever
/// the format.
///
/// @param name name in the file
/// @param type element type; quantised types pack blocks along the columns
/// @param shape dimensions, all positive; empty for a scalar (copied in and out)
/// @param part which file of a split or sharded model holds the data, 0 for the first
/// @param offset first byte, counted from the start of that file
/// @param bytes length in bytes
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record TensorInfo(String name, DType type, long[] shape, int part, long offset, long bytes) {

  public TensorInfo {
    shape = shape.clone();
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  /// Number of dimensions.
  public int rank() {
    return shape.length;
  }

  /// Elements of a row: the last dimension, 1 for a scalar.
  public long columns() {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  /// Number of rows: the product of all dimensions but the last, 1 for a vector.
  public long rows() {
    long rows = 1;
    for (int i = 0; i < shape.length - 1; i++) {
      rows *= shape[i];
    }
    return rows;
  }

  /// Number of elements; the readers have checked that it fits a long.
  public long elements() {
    return rows() * columns();
  }

  /// Whether the shape is exactly this one.
  public boolean hasShape(long... expected) {
    return Arrays.equals(shape, expected);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInfo that
        && name.equals(that.name)
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && part == that.part
        && offset == that.offset
        && bytes == that.bytes;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, type, Arrays.hashCode(shape), part, offset, bytes);
  }

  @Override
  public String toString() {
    return name + " " + type + Arrays.toString(shape);
  }
}
