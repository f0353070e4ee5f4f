package dev.jacquard.engine.token;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The merges of a byte-level vocabulary by the ids of their two parts; primitive open addressing.
///
/// A part or result that is no token of the vocabulary gets an id behind its last one, so that
/// merges which only lead to other merges work.
final class PairMerges {
  private static final long FREE = -1;

  private final long[] keys;
  private final int[] ranks;
  private final int[] results;
  private final Map<String, Integer> extra = new HashMap<>();
  private final int tokens;

  /// @throws IllegalArgumentException if a merge is not two parts with a space between
  PairMerges(List<String> merges, int tokens, TokenIndex index) {
    this.tokens = tokens;
    int capacity = Integer.highestOneBit(Math.max(merges.size(), 8)) * 4;
    keys = new long[capacity];
    ranks = new int[capacity];
    results = new int[capacity];
    Arrays.fill(keys, FREE);
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ', 1);
      if (space < 0 || space == merge.length() - 1) {
        throw new IllegalArgumentException(
            "tokenizer.ggml.merges[" + rank + "] = '" + merge + "' is not two parts and a space");
      }
      String left = merge.substring(0, space);
      String right = merge.substring(space + 1);
      long key = key(idOf(left, index), idOf(right, index));
      int slot = slot(key);
      if (keys[slot] == FREE) {
        keys[slot] = key;
        ranks[slot] = rank;
        results[slot] = idOf(left + right, index);
      }
    }
  }

  /// The rank in the upper and the resulting id in the lower 32 bits, or -1 if the two do not
  /// merge.
  long find(int left, int right) {
    long key = key(left, right);
    int slot = slot(key);
    return keys[slot] == FREE ? -1 : ((long) ranks[slot] << 32) | results[slot];
  }

  /// The id of a symbol, in or behind the vocabulary.
  int idOf(String symbol, TokenIndex index) {
    int id = index.find(symbol);
    return id >= 0 ? id : extra.computeIfAbsent(symbol, key -> tokens + extra.size());
  }

  private static long key(int left, int right) {
    return ((long) left << 32) | right;
  }

  private int slot(long key) {
    long hash = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (hash >>> 32) & (keys.length - 1);
    while (keys[slot] != FREE && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }
}
