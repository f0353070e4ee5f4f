package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;

/// Evicts what became evictable first; promotes whatever it demoted last, so that all tier moves
/// happen. Nothing of it is clever, all of it is right.
public final class PlainEviction implements EvictionPolicy {
  private final int deviceBlocks;
  private final IdList device = new IdList();
  private final IdList host = new IdList();

  /// @param deviceBlocks blocks of the device tier; ids from there on are of the host tier
  public PlainEviction(int deviceBlocks) {
    this.deviceBlocks = deviceBlocks;
  }

  @Override
  public void evictable(int block, long lastUse) {
    tierOf(block).addLast(block);
  }

  @Override
  public void unevictable(int block) {
    tierOf(block).remove(block);
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    return switch (tier) {
      case DEVICE -> device.first();
      case HOST -> host.first();
    };
  }

  @Override
  public int prefetch(long now) {
    return host.last();
  }

  private IdList tierOf(int block) {
    return block < deviceBlocks ? device : host;
  }
}
