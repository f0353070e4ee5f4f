package dev.jacquard.conformance.block;

import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;
import java.util.Set;
import java.util.TreeSet;

/// Makes sequences, with ids that are used again at once.
final class Seats {
  private final SpaceShape shape;
  private final Set<Integer> taken = new TreeSet<>();
  private long serial;

  Seats(SpaceShape shape) {
    this.shape = shape;
  }

  boolean hasRoom() {
    return taken.size() < shape.sequences();
  }

  Row row(String scope, int voice, int maxLength, int... prompt) {
    NaiveSequence view =
        new NaiveSequence(
            lowestFree(),
            0,
            NaiveRequests.of(++serial, 0, 0, scope, scope),
            prompt,
            Math.max(maxLength, prompt.length),
            shape.blockSize(),
            shape.hashMask());
    return seated(new Row(view, voice));
  }

  /// A sequence with the same tokens so far.
  Row child(Row parent, int voice) {
    return seated(new Row(parent.view.fork(lowestFree(), 1), voice));
  }

  void free(int id) {
    taken.remove(id);
  }

  private Row seated(Row row) {
    taken.add(row.id);
    return row;
  }

  private int lowestFree() {
    int id = 0;
    while (taken.contains(id)) {
      id++;
    }
    return id;
  }
}
