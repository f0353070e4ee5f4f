package dev.jacquard.engine.policy;

import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;
import java.util.stream.IntStream;

/// Sequences for tests: the serial grows with the id, the prompt is `salt, salt + 1, …`.
final class Sequences {
  static final int BLOCK = 4;

  private Sequences() {}

  static NaiveSequence of(int id, long arrival, int priority, String tenant, int salt, int length) {
    return new NaiveSequence(
        id,
        0,
        NaiveRequests.of(id + 1, arrival, priority, tenant, ""),
        IntStream.range(salt, salt + length).toArray(),
        length + 64,
        BLOCK,
        -1);
  }

  static NaiveSequence at(int id, long arrival) {
    return of(id, arrival, 0, "", id * 1_000, 8);
  }
}
