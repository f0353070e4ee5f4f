package dev.jacquard.engine.policy;

import java.util.Arrays;

/// Block ids in the order of two keys, then of arrival: a binary heap that knows where each block
/// lies, so that any block leaves in O(log n). A list would be O(1) only for blocks that come in
/// order, and a block whose last child goes late comes with an old key.
final class BlockHeap {
  private final int[] heap;
  private final int[] position;
  private final long[] major;
  private final long[] minor;
  private final long[] arrival;
  private long arrivals;
  private int size;

  /// @param blocks ids are below this
  BlockHeap(int blocks) {
    heap = new int[blocks];
    position = new int[blocks];
    major = new long[blocks];
    minor = new long[blocks];
    arrival = new long[blocks];
    Arrays.fill(position, -1);
  }

  /// The first block, -1 when there is none.
  int first() {
    return size == 0 ? -1 : heap[0];
  }

  /// The first key of `block`, which is in the heap or was the last time.
  long major(int block) {
    return major[block];
  }

  boolean contains(int block) {
    return position[block] >= 0;
  }

  /// Adds `block`, or gives it new keys.
  void add(int block, long first, long second) {
    remove(block);
    major[block] = first;
    minor[block] = second;
    arrival[block] = arrivals++;
    position[block] = size;
    heap[size] = block;
    up(size++);
  }

  /// Takes `block` out, if it is there.
  void remove(int block) {
    int at = position[block];
    if (at < 0) {
      return;
    }
    position[block] = -1;
    int last = heap[--size];
    if (last != block) {
      heap[at] = last;
      position[last] = at;
      up(at);
      down(position[last]);
    }
  }

  private void up(int from) {
    int at = from;
    int block = heap[at];
    while (at > 0 && before(block, heap[(at - 1) >>> 1])) {
      heap[at] = heap[(at - 1) >>> 1];
      position[heap[at]] = at;
      at = (at - 1) >>> 1;
    }
    heap[at] = block;
    position[block] = at;
  }

  private void down(int from) {
    int at = from;
    int block = heap[at];
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], block)) {
        break;
      }
      heap[at] = heap[child];
      position[heap[at]] = at;
      at = child;
    }
    heap[at] = block;
    position[block] = at;
  }

  private boolean before(int a, int b) {
    if (major[a] != major[b]) {
      return major[a] < major[b];
    }
    return minor[a] != minor[b] ? minor[a] < minor[b] : arrival[a] < arrival[b];
  }
}
