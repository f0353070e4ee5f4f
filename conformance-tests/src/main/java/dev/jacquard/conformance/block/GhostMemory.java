package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockCopies;
import java.util.Arrays;

/// KV memory in which each position is one number: written when a row is computed, moved by the
/// manager's copies. What a table entry leads to can be compared with what it must be.
final class GhostMemory {
  /// What no position has.
  static final long UNWRITTEN = 0;

  private final int blockSize;
  private final long[][] blocks;

  GhostMemory(SpaceShape shape) {
    blockSize = shape.blockSize();
    blocks = new long[shape.device() + shape.host()][shape.blockSize()];
  }

  boolean has(int block) {
    return block >= 0 && block < blocks.length;
  }

  void copy(BlockCopies copies, int from) {
    for (int i = from; i < copies.size(); i++) {
      if (has(copies.source(i)) && has(copies.target(i))) {
        blocks[copies.target(i)] = blocks[copies.source(i)].clone();
      }
    }
  }

  /// Computes the positions of `row` below `to`. Tokens that nobody knows yet arrive.
  ///
  /// @param said varies what arrives
  void compute(Row row, int to, int said, Verdict verdict) {
    for (int position = row.written; position < to; position++) {
      if (position >= row.view.computable()) {
        row.view.arrive(token(row, position, said));
      }
      int entry = position / blockSize;
      int at = position;
      boolean there = entry < row.table.length && row.table[entry] >= 0;
      verdict.require(
          Rule.BSM_11,
          there,
          () ->
              "position "
                  + at
                  + " of sequence "
                  + row.id
                  + " was reserved and has no table entry: "
                  + Arrays.toString(row.table));
      if (there && has(row.table[entry])) {
        blocks[row.table[entry]][position % blockSize] = row.kv(position);
      }
    }
    verdict.did(
        "(the engine computes positions "
            + row.written
            + " to "
            + (to - 1)
            + " of "
            + row.id
            + ")");
    row.written = Math.max(row.written, to);
  }

  private static int token(Row row, int position, int said) {
    return 100 + (int) Long.remainderUnsigned(Row.mix(row.voice * 1000L + position + said), 3);
  }

  /// What lies there; nothing in blocks that there are not.
  long read(int block, int offset) {
    return has(block) ? blocks[block][offset] : UNWRITTEN;
  }
}
