package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.block.BlockCopies;

/// Memory for keys and values in which each slot remembers the whole prefix it was computed for. So
/// it can say of every position whether it was computed, in this block, from the right tokens.
final class Ghost {
  private static final int VOCABULARY = 509;

  private final long[][] kv;
  private final int blockSize;

  Ghost(int blocks, int blockSize) {
    kv = new long[blocks][blockSize];
    this.blockSize = blockSize;
  }

  static long mix(long value) {
    long x = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L + 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /// Runs the copies in order.
  void copy(BlockCopies copies) {
    for (int i = 0; i < copies.size(); i++) {
      kv[copies.target(i)] = kv[copies.source(i)].clone();
    }
  }

  /// Writes the KV of positions `[from, to)`.
  void write(int[] table, DrivenSequence sequence, int from, int to) {
    long print = 0;
    for (int position = 0; position < to; position++) {
      print = step(print, sequence, position);
      if (position >= from) {
        kv[table[position / blockSize]][position % blockSize] = print;
      }
    }
  }

  /// The first position of `[from, to)` whose KV is not there, or -1.
  int firstMissing(int[] table, DrivenSequence sequence, int from, int to) {
    long print = 0;
    for (int position = 0; position < to; position++) {
      print = step(print, sequence, position);
      if (position >= from) {
        int entry = position / blockSize;
        if (entry >= table.length
            || table[entry] < 0
            || kv[table[entry]][position % blockSize] != print) {
          return position;
        }
      }
    }
    return -1;
  }

  private static long step(long print, DrivenSequence sequence, int position) {
    return mix(print ^ mix(((long) sequence.deviceToken(position) << 32) + position));
  }

  /// The token after positions `[0, to)`, as the model would draw it for this sequence.
  int next(DrivenSequence sequence, int to) {
    long print = 0;
    for (int position = 0; position < to; position++) {
      print = step(print, sequence, position);
    }
    long salt = sequence.request().serial() * 64 + sequence.index();
    return (int) Long.remainderUnsigned(mix(print + mix(salt)), VOCABULARY);
  }
}
