package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;

/// Keeps the blocks of important requests longer, but not for ever: first goes what was not used for
/// the time to live, then the blocks of the highest priority number (lower runs first), each time the
/// one used longest ago. Soft: when nothing has expired and all is important, something goes anyway.
///
/// A block has the best priority of the requests that stored or reused it. The time counts from the
/// release, which is what `lastUse` says.
public final class PriorityTtlEviction implements EvictionPolicy {
  private final int deviceBlocks;
  private final long ttlNanos;
  private final int[] priority;
  private final Order device;
  private final Order host;

  /// The blocks of one tier, by importance and by age.
  private static final class Order {
    final BlockHeap byPriority;
    final BlockHeap byAge;

    Order(int blocks) {
      byPriority = new BlockHeap(blocks);
      byAge = new BlockHeap(blocks);
    }
  }

  /// @param deviceBlocks blocks of the device tier
  /// @param hostBlocks blocks of the host tier
  /// @param ttlNanos how long after its release a block is protected by its priority; at least 0,
  ///     [Long#MAX_VALUE] for ever
  public PriorityTtlEviction(int deviceBlocks, int hostBlocks, long ttlNanos) {
    if (ttlNanos < 0) {
      throw new IllegalArgumentException(
          "ttlNanos is " + ttlNanos + "; give 0 or more nanoseconds");
    }
    this.deviceBlocks = deviceBlocks;
    this.ttlNanos = ttlNanos;
    priority = new int[deviceBlocks + hostBlocks];
    device = new Order(deviceBlocks + hostBlocks);
    host = new Order(deviceBlocks + hostBlocks);
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    priority[block] = sequence.request().priority();
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    priority[block] = Math.min(priority[block], sequence.request().priority());
  }

  @Override
  public void moved(int from, int to) {
    priority[to] = priority[from];
  }

  @Override
  public void evictable(int block, long lastUse) {
    Order order = orderOf(block);
    order.byPriority.add(block, -(long) priority[block], lastUse);
    order.byAge.add(block, lastUse, 0);
  }

  @Override
  public void unevictable(int block) {
    Order order = orderOf(block);
    order.byPriority.remove(block);
    order.byAge.remove(block);
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    Order order =
        switch (tier) {
          case DEVICE -> device;
          case HOST -> host;
        };
    int oldest = order.byAge.first();
    if (oldest >= 0 && now - order.byAge.major(oldest) > ttlNanos) {
      return oldest;
    }
    return order.byPriority.first();
  }

  private Order orderOf(int block) {
    return block < deviceBlocks ? device : host;
  }
}
