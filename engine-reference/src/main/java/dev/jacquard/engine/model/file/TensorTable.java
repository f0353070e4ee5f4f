package dev.jacquard.engine.model.file;

import dev.jacquard.spi.kernel.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tensors by name over the mapped files that hold them: the half that both formats share.
final class TensorTable {
  private static final long MAX_FLOATS = 1L << 24;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final List<MemorySegment> parts;
  private final Map<String, TensorInfo> byName;
  private final List<TensorInfo> all;

  /// @param byName in file order; every range has been checked to lie in its part
  TensorTable(List<MemorySegment> parts, Map<String, TensorInfo> byName) {
    this.parts = List.copyOf(parts);
    this.byName = byName;
    this.all = List.copyOf(byName.values());
  }

  List<TensorInfo> all() {
    return all;
  }

  @Nullable TensorInfo find(String name) {
    return byName.get(name);
  }

  MemorySegment data(TensorInfo tensor) {
    if (!tensor.equals(byName.get(tensor.name()))) {
      throw new IllegalArgumentException(tensor + " is not a tensor of this model file");
    }
    return parts.get(tensor.part()).asSlice(tensor.offset(), tensor.bytes());
  }

  float[] floats(TensorInfo tensor) {
    if (tensor.elements() > MAX_FLOATS) {
      throw new IllegalArgumentException(tensor + " is too large to be widened to float");
    }
    MemorySegment data = data(tensor);
    float[] out = new float[(int) tensor.elements()];
    if (tensor.type() == DType.F32) {
      for (int i = 0; i < out.length; i++) {
        out[i] = data.get(FLOAT, 4L * i);
      }
    } else if (tensor.type() == DType.F16) {
      for (int i = 0; i < out.length; i++) {
        out[i] = Float.float16ToFloat(data.get(SHORT, 2L * i));
      }
    } else if (tensor.type() == DType.BF16) {
      for (int i = 0; i < out.length; i++) {
        out[i] = Float.intBitsToFloat(data.get(SHORT, 2L * i) << 16);
      }
    } else {
      throw new IllegalArgumentException(tensor + " is not of type F32, F16 or BF16");
    }
    return out;
  }
}
