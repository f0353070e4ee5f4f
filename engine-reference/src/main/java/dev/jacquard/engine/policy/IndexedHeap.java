package dev.jacquard.engine.policy;

import java.util.Arrays;

/// A binary heap of ids with the first in [Ranks] on top. Several heaps may share one `Ranks` as
/// long as an id is in at most one of them. `first` is O(1), everything else O(log n); nothing is
/// allocated once the heap has been as large as it gets.
final class IndexedHeap {
  private final Ranks ranks;
  private int[] heap = new int[8];
  private int size;
  private long comparisons;

  IndexedHeap(Ranks ranks) {
    this.ranks = ranks;
  }

  /// The first id, or -1.
  int first() {
    return size == 0 ? -1 : heap[0];
  }

  int size() {
    return size;
  }

  boolean contains(int id) {
    int place = id < ranks.place.length ? ranks.place[id] : -1;
    return place >= 0 && place < size && heap[place] == id;
  }

  /// Adds a ranked id.
  void add(int id) {
    if (ranks.place[id] >= 0) {
      throw new IllegalStateException(id + " is in a heap already");
    }
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    put(id, size++);
    up(size - 1);
  }

  /// Takes an id out; no effect if it is not in this heap.
  void remove(int id) {
    if (!contains(id)) {
      return;
    }
    int place = ranks.place[id];
    ranks.place[id] = -1;
    int last = heap[--size];
    if (place < size) {
      put(last, place);
      up(place);
      down(ranks.place[last]);
    }
  }

  /// Puts `id` where its new key belongs; the key alone if it is not in this heap.
  void rekey(int id, double key) {
    ranks.key[id] = key;
    if (contains(id)) {
      up(ranks.place[id]);
      down(ranks.place[id]);
    }
  }

  /// Comparisons made so far: the work that a decision costs.
  long comparisons() {
    return comparisons;
  }

  private boolean before(int a, int b) {
    comparisons++;
    return ranks.before(a, b);
  }

  private void put(int id, int place) {
    heap[place] = id;
    ranks.place[id] = place;
  }

  private void up(int from) {
    int place = from;
    int id = heap[place];
    while (place > 0 && before(id, heap[(place - 1) / 2])) {
      put(heap[(place - 1) / 2], place);
      place = (place - 1) / 2;
    }
    put(id, place);
  }

  private void down(int from) {
    int place = from;
    int id = heap[place];
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], id)) {
        break;
      }
      put(heap[child], place);
      place = child;
    }
    put(id, place);
  }
}
