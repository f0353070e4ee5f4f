package dev.jacquard.engine.token;

import java.util.Arrays;

/// Symbols in a row, of which neighbours are merged, best pair first, ties leftmost.
///
/// A binary heap of candidate pairs over a doubly linked list: O(n log n) for n symbols, however
/// they merge. A candidate whose symbols have changed since is recognised by its total length.
/// Working memory of one encoding on one thread, used again for each word.
final class MergeChain {

  /// Says which pairs merge.
  @FunctionalInterface
  interface Rule {
    /// The merge of two neighbours: its priority (not negative, lower first) in the upper 32 bits
    /// and the id of the result in the lower ones, or a negative number if they do not merge.
    long merge(MergeChain chain, int left, int right);
  }

  private int[] start = new int[32];
  private int[] length = new int[32];
  private int[] id = new int[32];
  private int[] previous = new int[32];
  private int[] next = new int[32];
  private int size;

  private long[] heapKey = new long[32];
  private int[] heapLength = new int[32];
  private int[] heapId = new int[32];
  private int heapSize;

  void clear() {
    size = 0;
  }

  /// Appends a symbol that covers `symbolLength > 0` places of the text behind the one before it.
  void add(int symbolLength, int symbolId) {
    if (size == start.length) {
      int capacity = size * 2;
      start = Arrays.copyOf(start, capacity);
      length = Arrays.copyOf(length, capacity);
      id = Arrays.copyOf(id, capacity);
      previous = Arrays.copyOf(previous, capacity);
      next = Arrays.copyOf(next, capacity);
    }
    start[size] = size == 0 ? 0 : start[size - 1] + length[size - 1];
    length[size] = symbolLength;
    id[size] = symbolId;
    previous[size] = size - 1;
    next[size] = -1;
    if (size > 0) {
      next[size - 1] = size;
    }
    size++;
  }

  /// Merges until no pair merges any more.
  void merge(Rule rule) {
    heapSize = 0;
    for (int right = 1; right < size; right++) {
      offer(rule, right - 1, right);
    }
    while (heapSize > 0) {
      int left = (int) heapKey[0];
      int total = heapLength[0];
      int merged = heapId[0];
      removeFirst();
      int right = next[left];
      if (length[left] == 0 || right < 0 || length[left] + length[right] != total) {
        continue;
      }
      length[left] = total;
      id[left] = merged;
      length[right] = 0;
      next[left] = next[right];
      if (next[left] >= 0) {
        previous[next[left]] = left;
      }
      if (previous[left] >= 0) {
        offer(rule, previous[left], left);
      }
      if (next[left] >= 0) {
        offer(rule, left, next[left]);
      }
    }
  }

  /// The first symbol, or -1.
  int first() {
    return size == 0 ? -1 : 0;
  }

  /// The symbol behind one, or -1.
  int next(int symbol) {
    return next[symbol];
  }

  int id(int symbol) {
    return id[symbol];
  }

  int start(int symbol) {
    return start[symbol];
  }

  int end(int symbol) {
    return start[symbol] + length[symbol];
  }

  private void offer(Rule rule, int left, int right) {
    long merge = rule.merge(this, left, right);
    if (merge < 0) {
      return;
    }
    if (heapSize == heapKey.length) {
      int capacity = heapSize * 2;
      heapKey = Arrays.copyOf(heapKey, capacity);
      heapLength = Arrays.copyOf(heapLength, capacity);
      heapId = Arrays.copyOf(heapId, capacity);
    }
    long key = (merge & 0xFFFF_FFFF_0000_0000L) | left;
    int slot = heapSize++;
    while (slot > 0) {
      int parent = (slot - 1) >>> 1;
      if (heapKey[parent] <= key) {
        break;
      }
      move(parent, slot);
      slot = parent;
    }
    put(slot, key, length[left] + length[right], (int) merge);
  }

  private void removeFirst() {
    heapSize--;
    long key = heapKey[heapSize];
    int slot = 0;
    while (true) {
      int child = slot * 2 + 1;
      if (child >= heapSize) {
        break;
      }
      if (child + 1 < heapSize && heapKey[child + 1] < heapKey[child]) {
        child++;
      }
      if (key <= heapKey[child]) {
        break;
      }
      move(child, slot);
      slot = child;
    }
    put(slot, key, heapLength[heapSize], heapId[heapSize]);
  }

  private void move(int from, int to) {
    put(to, heapKey[from], heapLength[from], heapId[from]);
  }

  private void put(int slot, long key, int total, int merged) {
    heapKey[slot] = key;
    heapLength[slot] = total;
    heapId[slot] = merged;
  }
}
