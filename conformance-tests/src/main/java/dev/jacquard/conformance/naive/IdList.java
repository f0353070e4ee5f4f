package dev.jacquard.conformance.naive;

import java.util.Arrays;

/// Small numbers in an order, each at most once: a linked list over arrays, so that any of them
/// leaves at once and nothing is allocated for ids that were seen before.
final class IdList {
  static final int NONE = -1;
  private static final int ABSENT = -2;

  private int[] before = new int[0];
  private int[] after = new int[0];
  private int first = NONE;
  private int last = NONE;

  /// The first id, or [#NONE].
  int first() {
    return first;
  }

  /// The last id, or [#NONE].
  int last() {
    return last;
  }

  boolean contains(int id) {
    return id < before.length && before[id] != ABSENT;
  }

  /// Puts `id` at the end, wherever it was.
  void addLast(int id) {
    remove(id);
    room(id);
    before[id] = last;
    after[id] = NONE;
    if (last == NONE) {
      first = id;
    } else {
      after[last] = id;
    }
    last = id;
  }

  /// Puts `id` at the head, wherever it was.
  void addFirst(int id) {
    remove(id);
    room(id);
    before[id] = NONE;
    after[id] = first;
    if (first == NONE) {
      last = id;
    } else {
      before[first] = id;
    }
    first = id;
  }

  /// Takes `id` out, if it is there.
  void remove(int id) {
    if (!contains(id)) {
      return;
    }
    if (before[id] == NONE) {
      first = after[id];
    } else {
      after[before[id]] = after[id];
    }
    if (after[id] == NONE) {
      last = before[id];
    } else {
      before[after[id]] = before[id];
    }
    before[id] = ABSENT;
  }

  private void room(int id) {
    if (id >= before.length) {
      int from = before.length;
      before = Arrays.copyOf(before, Math.max(id + 1, Math.max(64, from * 2)));
      after = Arrays.copyOf(after, before.length);
      Arrays.fill(before, from, before.length, ABSENT);
    }
  }
}
