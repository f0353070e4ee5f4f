package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;

/// Gives up the block that was reused least often since it was cached; among equals the one used
/// longest ago. A hit is an admission that found the block, so a block in use counts once a sequence.
public final class LfuEviction implements EvictionPolicy {
  private final int deviceBlocks;
  private final BlockHeap device;
  private final BlockHeap host;
  private final long[] hits;

  /// @param deviceBlocks blocks of the device tier
  /// @param hostBlocks blocks of the host tier
  public LfuEviction(int deviceBlocks, int hostBlocks) {
    this.deviceBlocks = deviceBlocks;
    device = new BlockHeap(deviceBlocks + hostBlocks);
    host = new BlockHeap(deviceBlocks + hostBlocks);
    hits = new long[deviceBlocks + hostBlocks];
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    hits[block] = 0;
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    hits[block]++;
  }

  @Override
  public void moved(int from, int to) {
    hits[to] = hits[from];
  }

  @Override
  public void evictable(int block, long lastUse) {
    tierOf(block).add(block, hits[block], lastUse);
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
