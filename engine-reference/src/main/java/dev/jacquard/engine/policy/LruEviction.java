package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;

/// Gives up the block that was used longest ago; of the blocks released together, the deepest first,
/// since a prefix is worth more than what follows it. The default, and what replaces a policy that
/// failed.
public final class LruEviction implements EvictionPolicy {
  private final int deviceBlocks;
  private final BlockHeap device;
  private final BlockHeap host;

  /// @param deviceBlocks blocks of the device tier
  /// @param hostBlocks blocks of the host tier
  public LruEviction(int deviceBlocks, int hostBlocks) {
    this.deviceBlocks = deviceBlocks;
    device = new BlockHeap(deviceBlocks + hostBlocks);
    host = new BlockHeap(deviceBlocks + hostBlocks);
  }

  @Override
  public void evictable(int block, long lastUse) {
    tierOf(block).add(block, lastUse, 0);
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

  private BlockHeap tierOf(int block) {
    return block < deviceBlocks ? device : host;
  }
}
