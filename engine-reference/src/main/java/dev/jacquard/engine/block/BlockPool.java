package dev.jacquard.engine.block;

import dev.jacquard.spi.block.Tier;

/// Block ids of both tiers, how many sequences hold each, and the free ones (nobody's, caching
/// nothing), last freed first. A block that is neither held nor free is idle: it caches a prefix.
final class BlockPool {
  private final int deviceBlocks;
  private final int hostBlocks;
  private final int[] references;
  private final int[] free;
  private int freeDevice;
  private int freeHost;
  private int heldDevice;
  private int heldHost;

  BlockPool(int deviceBlocks, int hostBlocks) {
    this.deviceBlocks = deviceBlocks;
    this.hostBlocks = hostBlocks;
    references = new int[Math.addExact(deviceBlocks, hostBlocks)];
    free = new int[deviceBlocks + hostBlocks];
    for (int block = deviceBlocks + hostBlocks - 1; block >= 0; block--) {
      addFree(block);
    }
  }

  int total(Tier tier) {
    return switch (tier) {
      case DEVICE -> deviceBlocks;
      case HOST -> hostBlocks;
    };
  }

  /// Blocks nobody holds.
  int available(Tier tier) {
    return switch (tier) {
      case DEVICE -> deviceBlocks - heldDevice;
      case HOST -> hostBlocks - heldHost;
    };
  }

  /// Blocks nobody holds that cache nothing.
  int free(Tier tier) {
    return switch (tier) {
      case DEVICE -> freeDevice;
      case HOST -> freeHost;
    };
  }

  Tier tier(int block) {
    return block < deviceBlocks ? Tier.DEVICE : Tier.HOST;
  }

  int references(int block) {
    return references[block];
  }

  /// Takes a free block of `tier`, which must have one; the caller is its one holder.
  int takeFree(Tier tier) {
    int block =
        switch (tier) {
          case DEVICE -> free[--freeDevice];
          case HOST -> free[deviceBlocks + --freeHost];
        };
    hold(block);
    return block;
  }

  /// One more holder.
  void hold(int block) {
    if (references[block]++ == 0) {
      countHeld(block, 1);
    }
  }

  /// One holder less; true if it was the last. The caller decides whether the block is free then.
  boolean letGo(int block) {
    if (references[block] <= 0) {
      throw new IllegalStateException("block " + block + " has no holder");
    }
    if (--references[block] > 0) {
      return false;
    }
    countHeld(block, -1);
    return true;
  }

  /// Puts a block without holders that caches nothing to the free ones.
  void addFree(int block) {
    if (block < deviceBlocks) {
      free[freeDevice++] = block;
    } else {
      free[deviceBlocks + freeHost++] = block;
    }
  }

  private void countHeld(int block, int change) {
    if (block < deviceBlocks) {
      heldDevice += change;
    } else {
      heldHost += change;
    }
  }
}
