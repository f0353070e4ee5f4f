package dev.jacquard.engine.model.file;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import dev.jacquard.spi.kernel.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tensor entries of a GGUF header: name, dimensions fastest first, type, offset into the data.
final class GgufDirectory {
  /// Name length, one letter, dimension count, one dimension, type, offset.
  static final int SMALLEST_ENTRY = 8 + 1 + 4 + 8 + 4 + 8;

  private static final int MAX_NAME = 1024;
  private static final int MAX_DIMENSIONS = 4;

  private GgufDirectory() {}

  /// @param size bytes of the whole file
  static Map<String, TensorInfo> read(
      GgufCursor in, int count, int alignment, long size, int part) {
    Map<String, TensorInfo> relative = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      TensorInfo tensor = entry(in, i, alignment, part);
      if (relative.put(tensor.name(), tensor) != null) {
        throw in.damaged("tensor " + quote(tensor.name()) + " occurs twice");
      }
    }
    long start = (in.position() + alignment - 1) & -alignment;
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (TensorInfo t : relative.values()) {
      if (t.bytes() > size - start || t.offset() > size - start - t.bytes()) {
        throw in.damaged(
            String.format(
                "tensor %s needs %d bytes at offset %d of the data, which starts at byte %d of %d",
                quote(t.name()), t.bytes(), t.offset(), start, size));
      }
      tensors.put(
          t.name(),
          new TensorInfo(t.name(), t.type(), t.shape(), part, start + t.offset(), t.bytes()));
    }
    checkOverlap(in, tensors);
    return tensors;
  }

  private static TensorInfo entry(GgufCursor in, int index, int alignment, int part) {
    String name = in.name("the name of tensor " + index, MAX_NAME);
    String tensor = "tensor " + quote(name);
    int rank = in.int32("the dimension count of " + tensor);
    if (rank < 1 || rank > MAX_DIMENSIONS) {
      throw in.damaged(
          tensor + " has " + Integer.toUnsignedString(rank) + " dimensions, not 1 to 4");
    }
    long[] shape = new long[rank];
    for (int d = rank - 1; d >= 0; d--) {
      shape[d] = in.int64("the dimensions of " + tensor);
    }
    int typeId = in.int32("the type of " + tensor);
    long offset = in.int64("the offset of " + tensor);
    DType type = GgmlTypes.readable(typeId);
    if (type == null) {
      throw new ModelFileException(
          in.file(),
          tensor + " is of type " + GgmlTypes.describe(typeId) + ", which is not supported",
          "use a file quantised to one of " + GgmlTypes.supported());
    }
    if (offset < 0 || offset % alignment != 0) {
      throw in.damaged(
          tensor
              + " has offset "
              + Long.toUnsignedString(offset)
              + ", which is not a multiple of the alignment "
              + alignment);
    }
    return new TensorInfo(name, type, shape, part, offset, bytes(in, tensor, type, shape));
  }

  private static long bytes(GgufCursor in, String tensor, DType type, long[] shape) {
    long columns = shape[shape.length - 1];
    if (Arrays.stream(shape).anyMatch(n -> n <= 0)) {
      throw in.damaged(
          tensor + " has shape " + Arrays.toString(shape) + "; every dimension must be positive");
    }
    if (columns % type.blockElements() != 0) {
      throw in.damaged(
          tensor
              + " has rows of "
              + columns
              + " elements, not a multiple of the "
              + type.blockElements()
              + " in a block of "
              + type);
    }
    try {
      long bytes = Math.multiplyExact(columns / type.blockElements(), (long) type.blockBytes());
      long elements = columns;
      for (int i = 0; i < shape.length - 1; i++) {
        bytes = Math.multiplyExact(bytes, shape[i]);
        elements = Math.multiplyExact(elements, shape[i]);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw in.damaged(
          tensor + " has shape " + Arrays.toString(shape) + ", too large for any file");
    }
  }

  private static void checkOverlap(GgufCursor in, Map<String, TensorInfo> tensors) {
    List<TensorInfo> order = new ArrayList<>(tensors.values());
    order.sort(Comparator.comparingLong(TensorInfo::offset));
    for (int i = 1; i < order.size(); i++) {
      TensorInfo before = order.get(i - 1);
      TensorInfo after = order.get(i);
      if (after.offset() < before.offset() + before.bytes()) {
        throw in.damaged(
            "tensors " + quote(before.name()) + " and " + quote(after.name()) + " overlap");
      }
    }
  }
}
