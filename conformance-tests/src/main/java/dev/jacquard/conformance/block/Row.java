package dev.jacquard.conformance.block;

import dev.jacquard.conformance.naive.NaiveSequence;

/// A sequence of the driver: its tokens, what the manager says of it, and what was said before the
/// last call.
final class Row {
  private static final long START = 0x4A61_6371_7561_7264L;

  final NaiveSequence view;
  final int id;
  final String scope;

  /// What distinguishes the tokens it goes on with; equal for rows that say the same.
  final int voice;

  /// Positions whose KV was computed, committed or not.
  int written;

  /// Positions whose KV the manager was told of, from the moment it is told.
  int committed;

  /// Positions that may be computed without another `reserve`.
  int granted;

  boolean swapped;
  boolean wasSwapped;
  boolean forked;

  int[] table = {};
  int revision;
  int computed;
  int[] tableBefore = {};
  int revisionBefore;
  int computedBefore;

  Row(NaiveSequence view, int voice) {
    this.view = view;
    this.voice = voice;
    id = view.id();
    scope = view.request().cacheScope();
  }

  /// Tokens known to the device, so that their successor can be computed.
  int computable() {
    return view.computable();
  }

  /// KV of `position` as it must be: it depends on the scope and on all tokens up to it.
  long kv(int position) {
    return chain(scope.hashCode(), position);
  }

  /// The same without the scope.
  long tokensUpTo(int position) {
    return chain(0, position);
  }

  private long chain(long root, int position) {
    long value = mix(START ^ root);
    for (int i = 0; i <= position; i++) {
      value = mix(value ^ (view.deviceToken(i) + 1L));
    }
    return value;
  }

  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (z ^ (z >>> 31)) + 0x9E3779B97F4A7C15L;
  }

  boolean inTable(int block) {
    for (int entry : table) {
      if (entry == block) {
        return true;
      }
    }
    return false;
  }

  int heldEntries() {
    int held = 0;
    for (int entry : table) {
      held += entry >= 0 ? 1 : 0;
    }
    return held;
  }

  /// Id, tokens and scope, as a message shows them.
  String text() {
    StringBuilder tokens = new StringBuilder();
    for (int i = 0; i < view.length(); i++) {
      tokens.append(i == 0 ? "" : " ").append(view.token(i));
    }
    return id + ": [" + tokens + "] of scope `" + scope + "`";
  }
}
