package dev.jacquard.conformance.block;

import dev.jacquard.spi.block.BlockCopies;

/// KV memory in which each position is one number: written when a row is computed, moved by the
/// manager's copies. What a table entry leads to can be compared with what it must be.
final class GhostMemory {
  /// What no position has.
  static final long UNWRITTEN = 0;

  private final long[][] blocks;

  GhostMemory(SpaceShape shape) {
    blocks = new long[shape.device() + shape.host()][shape.blockSize()];
  }

  int size() {
    return blocks.length;
  }

  void copy(BlockCopies copies, int from) {
    for (int i = from; i < copies.size(); i++) {
      blocks[copies.target(i)] = blocks[copies.source(i)].clone();
    }
  }

  void write(int block, int offset, long value) {
    blocks[block][offset] = value;
  }

  long read(int block, int offset) {
    return blocks[block][offset];
  }
}
