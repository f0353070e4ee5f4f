package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Rebuilds the cache from its events alone and complains when they contradict each other.
final class CacheAudit implements CacheListener {
  private final Map<Integer, Long> cached = new HashMap<>();
  private final Map<Integer, Integer> depths = new HashMap<>();
  private final Set<Integer> open = new HashSet<>();

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    require(open.add(sequence.id()), "opened twice");
    require((lastBlock == -1) == (matchedBlocks == 0), "last matched block " + lastBlock);
    require(lastBlock == -1 || depth(lastBlock) == matchedBlocks - 1, "depth of " + lastBlock);
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    require(cached.put(block, hash) == null, "stored twice: " + block);
    require(hash == sequence.blockHash(depth), "hash of " + block);
    require(parent == -1 ? depth == 0 : depth(parent) == depth - 1, "parent of " + block);
    depths.put(block, depth);
  }

  @Override
  public void moved(int from, int to) {
    Long hash = cached.remove(from);
    require(hash != null && cached.put(to, hash) == null, "moved " + from + " to " + to);
    Integer depth = depths.remove(from);
    require(depth != null && depths.put(to, depth) == null, "moved " + from + " to " + to);
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    require(cached.containsKey(block), "hit " + block);
  }

  @Override
  public void removed(int block, long hash) {
    Long known = cached.remove(block);
    require(known != null && known == hash, "removed " + block);
    depths.remove(block);
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    open.remove(sequence.id());
    require(lastBlock == -1 || cached.containsKey(lastBlock), "released at " + lastBlock);
  }

  void requireEmpty() {
    require(cached.isEmpty(), "cached by the events, not by the manager: " + cached.keySet());
    require(open.isEmpty(), "opened and never released: " + open);
  }

  private int depth(int block) {
    return depths.getOrDefault(block, -2);
  }

  private static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new AssertionError("cache events: " + complaint + " (BSM-18)");
    }
  }
}
