package dev.jacquard.engine.kernel.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import java.lang.foreign.MemorySegment;

/// Keys and values of all layers in one piece: `[layer][block][kvHead]`, and there first the keys
/// as `[headDim][blockSize]`, then the values as `[blockSize][headDim]`.
///
/// Keys lie across so that the scores of neighbouring keys are neighbouring lanes: no sum over
/// lanes anywhere. Halves are rounded to nearest, ties to even; f16 clamps at its largest number.
final class CpuKvCache implements KvCache {
  final CpuKernelBackend owner;
  final KvType type;
  final MemoryLedger.Block memory;
  private final KvCacheLayout layout;
  private final int blocks;
  private final long headBytes;
  private final long blockBytes;

  CpuKvCache(
      CpuKernelBackend owner,
      KvCacheLayout layout,
      KvType type,
      int blocks,
      MemoryLedger.Block memory) {
    this.owner = owner;
    this.type = type;
    this.memory = memory;
    this.layout = layout;
    this.blocks = blocks;
    this.headBytes = 2L * layout.headDim() * layout.blockSize() * type.bytes();
    this.blockBytes = headBytes * layout.kvHeads();
  }

  @Override
  public KvCacheLayout layout() {
    return layout;
  }

  @Override
  public int blocks() {
    return blocks;
  }

  /// Bytes of a block in one layer.
  long layerBlockBytes() {
    return blockBytes;
  }

  /// Where a block of a layer begins.
  long blockAt(int layer, int block) {
    return ((long) layer * blocks + block) * blockBytes;
  }

  /// Where the keys of a head begin; key `i`, element `d` is at element `d * blockSize + i`.
  long keysAt(int layer, int block, int head) {
    return blockAt(layer, block) + head * headBytes;
  }

  /// Where the values of a head begin; value `i`, element `d` is at element `i * headDim + d`.
  long valuesAt(int layer, int block, int head) {
    return keysAt(layer, block, head) + headBytes / 2;
  }

  /// Stores the key and value rows of one token.
  void write(int layer, int slot, float[] k, int kAt, float[] v, int vAt) {
    int size = layout.blockSize();
    int dim = layout.headDim();
    int offset = slot % size;
    MemorySegment into = memory.memory();
    for (int head = 0; head < layout.kvHeads(); head++) {
      int at = head * dim;
      long keys = keysAt(layer, slot / size, head) + (long) offset * type.bytes();
      store(into, keys, size, k, kAt + at, dim);
      long values = valuesAt(layer, slot / size, head) + (long) offset * dim * type.bytes();
      store(into, values, 1, v, vAt + at, dim);
    }
  }

  private void store(MemorySegment into, long to, int step, float[] x, int at, int n) {
    switch (type) {
      case F32 -> {
        for (int i = 0; i < n; i++) {
          into.set(JAVA_FLOAT, to + 4L * step * i, x[at + i]);
        }
      }
      case F16 -> {
        for (int i = 0; i < n; i++) {
          into.set(JAVA_SHORT, to + 2L * step * i, Halves.floatToHalf(x[at + i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < n; i++) {
          into.set(JAVA_SHORT, to + 2L * step * i, Halves.floatToBfloat(x[at + i]));
        }
      }
    }
  }

  /// Copies a block, all layers.
  void copyBlock(int from, int to) {
    MemorySegment all = memory.memory();
    for (int layer = 0; layer < layout.layers(); layer++) {
      MemorySegment.copy(all, blockAt(layer, from), all, blockAt(layer, to), blockBytes);
    }
  }

  /// Copies a block out, layer by layer.
  void exportBlock(int block, MemorySegment into) {
    for (int layer = 0; layer < layout.layers(); layer++) {
      MemorySegment.copy(
          memory.memory(), blockAt(layer, block), into, layer * blockBytes, blockBytes);
    }
  }

  /// Copies a block in.
  void importBlock(int block, MemorySegment from) {
    for (int layer = 0; layer < layout.layers(); layer++) {
      MemorySegment.copy(
          from, layer * blockBytes, memory.memory(), blockAt(layer, block), blockBytes);
    }
  }
}
