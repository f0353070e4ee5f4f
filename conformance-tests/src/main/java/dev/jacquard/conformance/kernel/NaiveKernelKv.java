package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import java.lang.foreign.MemorySegment;

/// Keys and values, block by block: `[block][layer][offset]`, and there the key row and the value row.
final class NaiveKernelKv implements KvCache {
  final Object owner;
  private final KvCacheLayout layout;
  private final int blocks;
  private final MemorySegment memory;
  private final int bytes;
  private final int width;

  NaiveKernelKv(Object owner, KvCacheLayout layout, int blocks, MemorySegment memory) {
    this.owner = owner;
    this.layout = layout;
    this.blocks = blocks;
    this.memory = memory;
    bytes = layout.type().blockBytes();
    width = layout.kvHeads() * layout.headDim();
  }

  @Override
  public KvCacheLayout layout() {
    return layout;
  }

  @Override
  public int blocks() {
    return blocks;
  }

  long blockBytes() {
    return 2L * bytes * width * layout.blockSize() * layout.layers();
  }

  MemorySegment block(int block) {
    return memory.asSlice(block * blockBytes(), blockBytes());
  }

  float key(int layer, int slot, int element) {
    return read(at(layer, slot) + (long) element * bytes);
  }

  float value(int layer, int slot, int element) {
    return read(at(layer, slot) + (long) (width + element) * bytes);
  }

  void setKey(int layer, int slot, int element, float value) {
    write(at(layer, slot) + (long) element * bytes, value);
  }

  void setValue(int layer, int slot, int element, float value) {
    write(at(layer, slot) + (long) (width + element) * bytes, value);
  }

  private long at(int layer, int slot) {
    int size = layout.blockSize();
    long row = ((long) (slot / size) * layout.layers() + layer) * size + slot % size;
    return row * 2 * width * bytes;
  }

  private float read(long at) {
    return layout.type() == DType.F32
        ? memory.get(JAVA_FLOAT_UNALIGNED, at)
        : layout.type() == DType.F16
            ? Float.float16ToFloat(memory.get(JAVA_SHORT_UNALIGNED, at))
            : Halves.bfloatToFloat(memory.get(JAVA_SHORT_UNALIGNED, at));
  }

  private void write(long at, float value) {
    if (layout.type() == DType.F32) {
      memory.set(JAVA_FLOAT_UNALIGNED, at, value);
    } else if (layout.type() == DType.F16) {
      memory.set(JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(value));
    } else {
      memory.set(JAVA_SHORT_UNALIGNED, at, Halves.floatToBfloat(value));
    }
  }
}
