package dev.jacquard.conformance.host;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import java.util.LinkedHashMap;
import java.util.Map;

/// The block used longest ago goes first. Engine thread.
class LruOrder implements EvictionPolicy {
  private final int deviceBlocks;
  private final Map<Integer, Long> evictable = new LinkedHashMap<>();

  LruOrder(int deviceBlocks) {
    this.deviceBlocks = deviceBlocks;
  }

  @Override
  public void evictable(int block, long lastUse) {
    evictable.put(block, lastUse);
  }

  @Override
  public void unevictable(int block) {
    evictable.remove(block);
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    return evictable.entrySet().stream()
        .filter(entry -> (entry.getKey() < deviceBlocks) == (tier == Tier.DEVICE))
        .min(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(-1);
  }
}
