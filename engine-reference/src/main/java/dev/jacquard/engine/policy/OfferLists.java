package dev.jacquard.engine.policy;

import java.util.Arrays;

/// Short lists of what nodes of a [PrefixTree] offer: sequences by group, in columns, recycled.
final class OfferLists {
  /// The end of a list.
  static final int NONE = -1;

  private int[] group = new int[0];
  private int[] sequence = new int[0];
  private int[] key = new int[0];
  private int[] next = new int[0];
  private int free = NONE;

  /// A new offer in front of the list `rest`.
  int add(int inGroup, int id, int itsKey, int rest) {
    if (free == NONE) {
      grow();
    }
    int offer = free;
    free = next[offer];
    group[offer] = inGroup;
    sequence[offer] = id;
    key[offer] = itsKey;
    next[offer] = rest;
    return offer;
  }

  /// Recycles an offer that is in no list any more; what followed it.
  int drop(int offer) {
    int rest = next[offer];
    next[offer] = free;
    free = offer;
    return rest;
  }

  int group(int offer) {
    return group[offer];
  }

  int sequence(int offer) {
    return sequence[offer];
  }

  int key(int offer) {
    return key[offer];
  }

  int next(int offer) {
    return next[offer];
  }

  void follow(int offer, int by) {
    next[offer] = by;
  }

  /// Offers in use.
  int size() {
    int used = next.length;
    for (int offer = free; offer != NONE; offer = next[offer]) {
      used--;
    }
    return used;
  }

  private void grow() {
    int from = next.length;
    int length = Math.max(64, from * 2);
    group = Arrays.copyOf(group, length);
    sequence = Arrays.copyOf(sequence, length);
    key = Arrays.copyOf(key, length);
    next = Arrays.copyOf(next, length);
    for (int offer = length - 1; offer >= from; offer--) {
      next[offer] = free;
      free = offer;
    }
  }
}
