package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The admitted sequences of a manager, and what its counts and tables must say together.
final class HeldSequences {
  private final BlockSpaceManager to;
  private final StepProtocol protocol;
  private final Map<Integer, HeldSequence> all = new TreeMap<>();

  HeldSequences(BlockSpaceManager to, StepProtocol protocol) {
    this.to = to;
    this.protocol = protocol;
  }

  @Nullable HeldSequence get(int id) {
    return all.get(id);
  }

  boolean has(int id) {
    return all.containsKey(id);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  void add(HeldSequence sequence) {
    all.put(sequence.id, sequence);
  }

  void remove(int id) {
    all.remove(id);
  }

  /// Whether another sequence than `owner` has `block` in its table.
  boolean shared(int block, HeldSequence owner) {
    return all.values().stream().anyMatch(other -> other != owner && other.names(block));
  }

  /// A plan begins.
  void planning() {
    all.values().forEach(each -> each.cameBack = false);
  }

  /// What must be as before when an answer is not GRANTED.
  String picture() {
    StringBuilder text = new StringBuilder();
    for (Tier tier : Tier.values()) {
      text.append(tier)
          .append(": available ")
          .append(to.availableBlocks(tier))
          .append(", cached ")
          .append(to.cachedBlocks(tier))
          .append("; ");
    }
    all.values().forEach(each -> text.append(each).append("; "));
    return text.toString();
  }

  /// Counts and tables after a change.
  void audit(String call) {
    for (HeldSequence each : all.values()) {
      each.refresh(to, protocol, call);
      int computed = to.computedTokens(each.id);
      if (computed < 0 || computed > each.length() * to.blockSize()) {
        throw protocol.broken(
            Rule.BSM_25, "after " + call + " " + computed + " positions are computed of " + each);
      }
    }
    int device = to.totalBlocks(Tier.DEVICE);
    Set<Integer> named = new HashSet<>();
    for (HeldSequence each : all.values()) {
      for (int i = 0; i < each.length(); i++) {
        named.add(each.entry(i));
      }
    }
    for (Tier tier : Tier.values()) {
      int total = to.totalBlocks(tier);
      long taken =
          named.stream().filter(b -> b >= 0 && (b < device) == (tier == Tier.DEVICE)).count();
      int available = to.availableBlocks(tier);
      if (available != total - taken) {
        throw protocol.broken(
            Rule.BSM_1,
            "after %s %d %s blocks are available; of %d the tables name %d"
                .formatted(call, available, tier, total, taken));
      }
      int cached = to.cachedBlocks(tier);
      if (cached < 0 || cached > total) {
        throw protocol.broken(
            Rule.BSM_3, "after " + call + " " + cached + " " + tier + " blocks are cached");
      }
    }
  }
}
