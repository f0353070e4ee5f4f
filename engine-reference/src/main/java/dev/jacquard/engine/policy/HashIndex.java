package dev.jacquard.engine.policy;

import java.util.Arrays;

/// A map from 64-bit hashes to small numbers from 0, open addressing, numbers reused. Nothing is
/// allocated once it has been as large as it gets.
final class HashIndex {
  private long[] hashes = new long[64];
  private int[] slots = new int[128];
  private int[] free = new int[64];
  private int freeCount;
  private int used;
  private int size;

  HashIndex() {
    Arrays.fill(slots, -1);
  }

  /// The number of `hash`, or -1.
  int find(long hash) {
    return slots[slot(hash)];
  }

  /// The number of `hash`, given now if it has none. Numbers stay below [#capacity()].
  int add(long hash) {
    int slot = slot(hash);
    if (slots[slot] >= 0) {
      return slots[slot];
    }
    if (size * 2 >= slots.length) {
      grow();
      slot = slot(hash);
    }
    int number = freeCount > 0 ? free[--freeCount] : used++;
    if (number == hashes.length) {
      hashes = Arrays.copyOf(hashes, number * 2);
      free = Arrays.copyOf(free, number * 2);
    }
    hashes[number] = hash;
    slots[slot] = number;
    size++;
    return number;
  }

  /// Forgets the hash that has `number`.
  void remove(int number) {
    int hole = slot(hashes[number]);
    slots[hole] = -1;
    free[freeCount++] = number;
    size--;
    int mask = slots.length - 1;
    for (int next = (hole + 1) & mask; slots[next] >= 0; next = (next + 1) & mask) {
      int home = home(hashes[slots[next]]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        slots[hole] = slots[next];
        slots[next] = -1;
        hole = next;
      }
    }
  }

  /// Numbers are below this.
  int capacity() {
    return hashes.length;
  }

  int size() {
    return size;
  }

  private int home(long hash) {
    long mixed = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 40) & (slots.length - 1);
  }

  private int slot(long hash) {
    int slot = home(hash);
    while (slots[slot] >= 0 && hashes[slots[slot]] != hash) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private void grow() {
    int[] old = slots;
    slots = new int[old.length * 2];
    Arrays.fill(slots, -1);
    for (int number : old) {
      if (number >= 0) {
        slots[slot(hashes[number])] = number;
      }
    }
  }
}
