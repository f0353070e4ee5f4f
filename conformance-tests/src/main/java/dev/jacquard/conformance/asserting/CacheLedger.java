package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import java.util.HashSet;
import java.util.Set;

/// Which blocks are cached, as a listener was told (BSM-18).
final class CacheLedger {
  private final StepProtocol protocol;
  private final Set<Integer> cached = new HashSet<>();
  private boolean inside;

  CacheLedger(StepProtocol protocol) {
    this.protocol = protocol;
  }

  /// An event or a question arrives; what the listener does in it must not bring another one.
  void enter(String call) {
    protocol.onEngineThread(call);
    if (inside) {
      throw protocol.broken(
          Rule.BSM_28, call + " came while an earlier call was not done: it called back");
    }
    inside = true;
  }

  void leave() {
    inside = false;
  }

  boolean holds(int block) {
    return cached.contains(block);
  }

  void stored(int block) {
    if (!cached.add(block)) {
      throw protocol.broken(Rule.BSM_18, "stored told of block " + block + ", which was cached");
    }
  }

  void moved(int from, int target) {
    if (!cached.remove(from) || !cached.add(target)) {
      throw protocol.broken(
          Rule.BSM_18,
          "moved told of blocks %d and %d; the first must be cached and the second not"
              .formatted(from, target));
    }
  }

  void used(String call, int block) {
    if (!cached.contains(block)) {
      throw protocol.broken(
          Rule.BSM_18, call + " told of block " + block + ", which was not cached");
    }
  }

  void removed(int block) {
    used("removed", block);
    cached.remove(block);
  }

  void cleared() {
    cached.clear();
  }
}
