package com.example.mostrecent;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import java.util.Arrays;

/// Gives up the block that became evictable last. Each tier is a linked stack over block ids, so every call takes constant time and allocates nothing. Engine thread only.
///
/// Order of becoming evictable is order of use: of the blocks of one release the deepest comes first, and its parent right after it is gone, before anything older.
final class MruEviction implements EvictionPolicy {
  private static final int NONE = -1;
  private static final int ABSENT = -2;

  private final int deviceBlocks;

  /// The neighbours of a block in its stack, [#NONE] at an end; `below` is [#ABSENT] for blocks in no stack.
  private final int[] above;

  private final int[] below;

  /// The top of each tier's stack.
  private final int[] top = new int[Tier.values().length];

  MruEviction(int deviceBlocks, int hostBlocks) {
    this.deviceBlocks = deviceBlocks;
    above = new int[deviceBlocks + hostBlocks];
    below = new int[deviceBlocks + hostBlocks];
    Arrays.fill(below, ABSENT);
    Arrays.fill(top, NONE);
  }

  @Override
  public void evictable(int block, long lastUse) {
    unevictable(block); // said twice, it counts once
    int tier = tierOf(block).ordinal();
    above[block] = NONE;
    below[block] = top[tier];
    if (top[tier] != NONE) {
      above[top[tier]] = block;
    }
    top[tier] = block;
  }

  @Override
  public void unevictable(int block) {
    if (below[block] == ABSENT) {
      return;
    }
    if (above[block] == NONE) {
      top[tierOf(block).ordinal()] = below[block];
    } else {
      below[above[block]] = below[block];
    }
    if (below[block] != NONE) {
      above[below[block]] = above[block];
    }
    below[block] = ABSENT;
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    return top[tier.ordinal()];
  }

  private Tier tierOf(int block) {
    return block < deviceBlocks ? Tier.DEVICE : Tier.HOST;
  }
}
