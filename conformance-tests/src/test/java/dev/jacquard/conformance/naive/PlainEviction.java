package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import java.util.LinkedHashMap;
import java.util.Map;

/// Evicts what became evictable first; promotes whatever it demoted last, so that all tier moves
/// happen.
final class PlainEviction implements EvictionPolicy {
  private final int deviceBlocks;
  private final Map<Integer, Long> evictable = new LinkedHashMap<>();

  PlainEviction(int deviceBlocks) {
    this.deviceBlocks = deviceBlocks;
  }

  @Override
  public void evictable(int block, long lastUse) {
    if (evictable.put(block, lastUse) != null) {
      throw new IllegalStateException("block " + block + " was evictable already");
    }
  }

  @Override
  public void unevictable(int block) {
    if (evictable.remove(block) == null) {
      throw new IllegalStateException("block " + block + " was not evictable");
    }
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    return evictable.keySet().stream()
        .filter(block -> block < deviceBlocks == (tier == Tier.DEVICE))
        .findFirst()
        .orElse(-1);
  }

  @Override
  public int prefetch(long now) {
    int last = -1;
    for (int block : evictable.keySet()) {
      last = block >= deviceBlocks ? block : last;
    }
    return last;
  }
}
