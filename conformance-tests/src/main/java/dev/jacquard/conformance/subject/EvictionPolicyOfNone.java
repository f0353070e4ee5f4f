package dev.jacquard.conformance.subject;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;

/// For a manager that is made to look at, and never holds a block.
final class EvictionPolicyOfNone implements EvictionPolicy {
  @Override
  public void evictable(int block, long lastUse) {}

  @Override
  public void unevictable(int block) {}

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    return -1;
  }
}
