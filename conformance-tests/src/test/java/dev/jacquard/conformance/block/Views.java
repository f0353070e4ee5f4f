package dev.jacquard.conformance.block;

import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;

/// Sequences that no driver knows of.
final class Views {
  private Views() {}

  static NaiveSequence of(int id) {
    return new NaiveSequence(id, 0, NaiveRequests.of(id, 0, 0, "hidden"), new int[] {1}, 1, 1, -1);
  }
}
