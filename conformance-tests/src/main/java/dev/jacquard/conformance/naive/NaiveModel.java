package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.BlockCopies;

/// A model of one line: the KV of a position is a hash of its token and of the KV of all positions
/// it sees, and the next token is a hash of the KV of all positions it sees. Both are read through
/// block tables from simulated blocks, so that one wrong share, copy, table entry or skipped
/// position changes the tokens. [#direct] computes the same without any blocks.
public final class NaiveModel {
  private final int blockSize;
  private final int window;
  private final int sinkTokens;
  private final int vocabulary;
  private final long[][] kv;

  /// A model with memory for `blocks` blocks of both tiers.
  public NaiveModel(int blocks, int blockSize, int window, int sinkTokens, int vocabulary) {
    this.blockSize = blockSize;
    this.window = window;
    this.sinkTokens = sinkTokens;
    this.vocabulary = vocabulary;
    kv = new long[blocks][blockSize];
  }

  /// Runs the copies in order.
  public void copy(BlockCopies copies) {
    for (int i = 0; i < copies.size(); i++) {
      kv[copies.target(i)] = kv[copies.source(i)].clone();
    }
  }

  /// Computes `count` positions from `first` through `table` and returns the token after them.
  public int run(int[] table, NaiveSequence sequence, int first, int count) {
    long seen = 0;
    for (int position = first; position < first + count; position++) {
      seen = 0;
      for (int other = 0; other < position; other++) {
        if (visible(other, position)) {
          seen = mix(seen ^ kv[blockOf(table, other, sequence)][other % blockSize]);
        }
      }
      seen = mix(seen ^ keyed(sequence.deviceToken(position), position));
      kv[blockOf(table, position, sequence)][position % blockSize] = seen;
    }
    return next(seen, salt(sequence));
  }

  /// The token after `length` tokens, computed without blocks.
  ///
  /// @param memory KV of the positions computed before, extended by this call; as long as `tokens`
  public int direct(int[] tokens, int length, long[] memory, int known, long salt) {
    for (int position = known; position < length; position++) {
      long seen = 0;
      for (int other = 0; other < position; other++) {
        if (visible(other, position)) {
          seen = mix(seen ^ memory[other]);
        }
      }
      memory[position] = mix(seen ^ keyed(tokens[position], position));
    }
    return next(memory[length - 1], salt);
  }

  /// What distinguishes the draws of two sequences with the same tokens.
  public static long salt(NaiveSequence sequence) {
    return mix(sequence.request().serial() * 64 + sequence.index());
  }

  static long mix(long value) {
    long x = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L + 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  private static long keyed(int token, int position) {
    return mix(((long) token << 32) ^ position);
  }

  private int next(long seen, long salt) {
    return (int) Long.remainderUnsigned(mix(seen + salt), vocabulary);
  }

  private boolean visible(int other, int position) {
    return window == 0 || other > position - window || other < sinkTokens;
  }

  private int blockOf(int[] table, int position, NaiveSequence sequence) {
    int entry = position / blockSize;
    if (entry >= table.length || table[entry] < 0) {
      throw new AssertionError(
          "position "
              + position
              + " of sequence "
              + sequence.id()
              + " has no block: its table has "
              + table.length
              + " entries"
              + (entry < table.length ? ", this one was given up" : ""));
    }
    return table[entry];
  }
}
