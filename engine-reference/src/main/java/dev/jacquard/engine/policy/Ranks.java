package dev.jacquard.engine.policy;

import dev.jacquard.spi.request.SequenceView;
import java.util.Arrays;

/// What heaps order by, column-wise by id: a key, then arrival, then the order of submission. Also
/// an id's place in the one heap it is in. Grows when an id is new; engine thread.
final class Ranks {
  private static final int INDEX_BITS = 16;

  double[] key = new double[0];
  long[] arrival = new long[0];
  long[] order = new long[0];
  int[] place = new int[0];

  /// Ranks `sequence` by `first`, then by its age.
  void set(SequenceView sequence, double first) {
    long submission = sequence.request().serial() << INDEX_BITS | sequence.index();
    set(sequence.id(), first, sequence.request().arrivalNanos(), submission);
  }

  /// Ranks `id`, which is in no heap.
  void set(int id, double first, long second, long third) {
    if (id >= place.length) {
      int from = place.length;
      int length = Math.max(id + 1, Math.max(64, from * 2));
      key = Arrays.copyOf(key, length);
      arrival = Arrays.copyOf(arrival, length);
      order = Arrays.copyOf(order, length);
      place = Arrays.copyOf(place, length);
      Arrays.fill(place, from, length, -1);
    }
    key[id] = first;
    arrival[id] = second;
    order[id] = third;
  }

  boolean before(int a, int b) {
    return key[a] != key[b] ? key[a] < key[b] : older(a, b);
  }

  /// Whether `a` goes before `b` when keys do not count.
  boolean older(int a, int b) {
    if (arrival[a] != arrival[b]) {
      return arrival[a] < arrival[b];
    }
    return order[a] != order[b] ? order[a] < order[b] : a < b;
  }
}
