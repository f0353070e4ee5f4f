package dev.jacquard.engine.block;

/// Arithmetic of blocks and of what a windowed attention still sees.
///
/// @param blockSize tokens in a block
/// @param tokens positions seen, the own included; 0 without a window
/// @param sinkTokens first positions that are always seen
record Window(int blockSize, int tokens, int sinkTokens) {
  /// Blocks that hold `positions` positions.
  int blocks(int positions) {
    return Math.ceilDiv(positions, blockSize);
  }

  /// First blocks, which are never given up.
  int sinkBlocks() {
    return tokens == 0 ? 0 : blocks(sinkTokens);
  }

  /// The first block after the sinks that `position` or a later one sees.
  int firstSeen(int position) {
    return tokens == 0 ? 0 : Math.max(sinkBlocks(), Math.max(0, position - tokens + 1) / blockSize);
  }

  /// The most blocks a sequence that computes positions `[from, to)` next must hold at once.
  int mustHold(int from, int to) {
    return tokens == 0
        ? blocks(to)
        : Math.min(blocks(to), sinkBlocks() + Math.max(0, blocks(to) - firstSeen(from)));
  }

  /// The most blocks a sequence of `positions` holds if it is computed block by block: with a window
  /// the sinks, the window and the block being written.
  int atMost(int positions) {
    return tokens == 0
        ? blocks(positions)
        : Math.min(blocks(positions), sinkBlocks() + blocks(tokens - 1) + 1);
  }
}
