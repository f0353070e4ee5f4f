package dev.jacquard.engine.block;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.Arrays;

/// Which block caches which prefix, and what becomes of a block nobody holds.
///
/// - A node of the [PrefixIndex] has one *primary* block. Held blocks with the same content are its
///   *twins*: they are not cached, but when the last holder of the primary leaves, a twin becomes
///   the primary. So an idle primary never has a twin, hence (without a window) whoever holds a
///   block keeps all prefixes before it cached, and every idle block can be had by evicting leaves.
/// - A node that is forgotten takes all nodes below it along, in both tiers: nobody could find them.
///   Below an idle node all are idle, except with a window; what is held then goes on as a plain block.
final class CachedBlocks {
  private final BlockPool pool;
  private final PrefixIndex index;
  private final GuardedEvictionPolicy policy;
  private final CacheEvents events;
  private final BlockCopies copies = new BlockCopies();
  private final EngineClock clock;
  private final boolean windowed;
  private final boolean hostTier;
  private final int[] nodeOf;
  private final int[] primary;
  private final int[] firstTwin;
  private final int[] nextTwin;
  private final int[] previousTwin;
  private final int[] deviceChildren;
  private final int[] hostChildren;
  private final long[] lastUse;
  private int cachedDevice;
  private int cachedHost;
  private long latestUse = Long.MIN_VALUE;

  CachedBlocks(
      BlockSpaceContext context, BlockPool pool, GuardedEvictionPolicy policy, CacheEvents events) {
    this.pool = pool;
    this.policy = policy;
    this.events = events;
    clock = context.clock();
    windowed = context.window() > 0;
    hostTier = context.hostBlocks() > 0;
    int blocks = context.deviceBlocks() + context.hostBlocks();
    index = new PrefixIndex(context.prefixSharing() ? blocks : 1, context.blockSize());
    nodeOf = filled(blocks);
    primary = filled(blocks);
    firstTwin = filled(blocks);
    nextTwin = filled(blocks);
    previousTwin = filled(blocks);
    deviceChildren = new int[blocks];
    hostChildren = new int[blocks];
    lastUse = new long[blocks];
  }

  private static int[] filled(int length) {
    int[] values = new int[length];
    Arrays.fill(values, -1);
    return values;
  }

  PrefixIndex index() {
    return index;
  }

  BlockCopies copies() {
    return copies;
  }

  int cached(Tier tier) {
    return switch (tier) {
      case DEVICE -> cachedDevice;
      case HOST -> cachedHost;
    };
  }

  /// The block that caches `node`.
  int primary(int node) {
    return primary[node];
  }

  /// What `block` caches or is a twin of, -1 for nothing.
  int nodeOf(int block) {
    return nodeOf[block];
  }

  boolean isPrimary(int block) {
    return nodeOf[block] >= 0 && primary[nodeOf[block]] == block;
  }

  /// Whether a held block would take over from the cached `block`.
  boolean hasTwin(int block) {
    return firstTwin[nodeOf[block]] >= 0;
  }

  /// The time of a release: later than all before, so that equal values mean "released together".
  long nextUse() {
    latestUse = Math.max(latestUse + 1, clock.nanos());
    return latestUse;
  }

  /// A block of `tier` with one holder, evicting if none is free. The caller has seen that one is
  /// available.
  int take(Tier tier, int stillNeeded) {
    while (pool.free(tier) == 0) {
      evict(tier, stillNeeded);
    }
    return pool.takeFree(tier);
  }

  /// One more holder of `block`.
  void hold(int block) {
    pool.hold(block);
    if (isPrimary(block)) {
      refresh(nodeOf[block]);
    }
  }

  /// One holder less.
  void drop(int block, long use) {
    if (!pool.letGo(block)) {
      return;
    }
    int node = nodeOf[block];
    if (node < 0) {
      pool.addFree(block);
    } else if (primary[node] != block) {
      unlinkTwin(block);
      pool.addFree(block);
    } else if (firstTwin[node] >= 0) {
      relocate(node, firstTwin[node]);
    } else {
      lastUse[node] = use;
      refresh(node);
    }
  }

  /// Caches the full block `own`, which the sequence holds and which caches nothing, below `parent`;
  /// or makes it a twin of the block that was first. Returns the node.
  int store(SequenceView view, int block, int parent, int own) {
    int node = index.find(view, block, parent);
    if (node < 0) {
      node = index.add(view, block, parent);
      primary[node] = own;
      nodeOf[own] = node;
      firstTwin[node] = -1;
      deviceChildren[node] = 0;
      hostChildren[node] = 0;
      count(pool.tier(own), 1);
      countChild(parent, pool.tier(own), 1);
      events.stored(view, own, parent < 0 ? -1 : primary[parent], index.hash(node), block);
    } else if (pool.references(primary[node]) == 0) {
      relocate(node, own);
    } else {
      linkTwin(node, own);
    }
    return node;
  }

  /// Copies `block`, of which the caller gives up one hold, to a block of `tier`; what it caches goes
  /// along if nobody else holds it, and always to the device.
  int copyTo(Tier tier, int block, int stillNeeded, long use) {
    int target = take(tier, stillNeeded);
    copies.add(block, target);
    int node = nodeOf[block];
    if (node >= 0) {
      boolean follows = pool.references(block) == 1 || tier == Tier.DEVICE;
      if (primary[node] == block && follows) {
        relocate(node, target);
      } else {
        linkTwin(node, target);
      }
    }
    drop(block, use);
    return target;
  }

  /// Makes `block`, which has one holder, writable without a copy. If it is cached it has a twin.
  void detach(int block) {
    int node = nodeOf[block];
    if (node < 0) {
      return;
    }
    if (primary[node] == block) {
      relocate(node, firstTwin[node]);
    }
    unlinkTwin(block);
  }

  /// Forgets what `block` caches, and what follows it.
  void forget(int block) {
    removeSubtree(nodeOf[block]);
  }

  /// Forgets every cached block that nobody holds; returns how many.
  int clear() {
    int forgotten = 0;
    for (int block = 0; block < nodeOf.length; block++) {
      if (isPrimary(block) && pool.references(block) == 0) {
        forgotten += removeSubtree(nodeOf[block]);
      }
    }
    return forgotten;
  }

  /// Lets the policy promote host blocks while more than `watermark` device blocks are free.
  void prefetch(int watermark) {
    while (hostTier && pool.free(Tier.DEVICE) > watermark) {
      int block = policy.prefetch(clock.nanos());
      if (block == -1) {
        return;
      }
      if (block < 0
          || block >= nodeOf.length
          || pool.tier(block) != Tier.HOST
          || !isPrimary(block)) {
        policy.replace("it wanted to prefetch " + block + ", no cached host block", null);
        return;
      }
      if (pool.references(block) > 0) {
        return; // a swapped sequence holds it and brings it back itself
      }
      int node = nodeOf[block];
      int target = pool.takeFree(Tier.DEVICE);
      copies.add(block, target);
      pool.letGo(target);
      relocate(node, target);
    }
  }

  private void evict(Tier tier, int stillNeeded) {
    if (policy.evictableBlocks(tier) == 0) {
      throw new IllegalStateException("the tier " + tier + " has no block to evict");
    }
    int victim = policy.victim(tier, stillNeeded, clock.nanos());
    int node = nodeOf[victim];
    policy.tell(victim, false, lastUse[node]);
    if (tier == Tier.DEVICE && hostTier && policy.demote(victim)) {
      long serial = index.serial(node);
      if (pool.free(Tier.HOST) == 0 && policy.evictableBlocks(Tier.HOST) > 0) {
        evict(Tier.HOST, 1);
      }
      if (index.serial(node) != serial) {
        return; // what went in the host tier was before the victim in its chain and took it along
      }
      if (pool.free(Tier.HOST) > 0) {
        int target = pool.takeFree(Tier.HOST);
        copies.add(victim, target);
        pool.letGo(target);
        relocate(node, target);
        return;
      }
    }
    removeSubtree(node);
  }

  /// Makes `target` (held, or taken for it) the primary block of `node`. The one before becomes a
  /// twin if it is held, else free.
  private void relocate(int node, int target) {
    int from = primary[node];
    policy.tell(from, false, lastUse[node]);
    if (nodeOf[target] == node) {
      unlinkTwin(target);
    }
    primary[node] = target;
    nodeOf[target] = node;
    if (pool.references(from) > 0) {
      linkTwin(node, from);
    } else {
      nodeOf[from] = -1;
      pool.addFree(from);
    }
    events.moved(from, target);
    if (pool.tier(from) != pool.tier(target)) {
      count(pool.tier(from), -1);
      count(pool.tier(target), 1);
      countChild(index.parent(node), pool.tier(from), -1);
      countChild(index.parent(node), pool.tier(target), 1);
    }
    refresh(node);
  }

  /// Forgets `top` and all below it, leaves first; returns how many of them nobody held.
  private int removeSubtree(int top) {
    int idle = 0;
    int above = index.parent(top);
    for (int node = top; node != above; ) {
      int child = index.firstChild(node);
      if (child >= 0) {
        node = child;
        continue;
      }
      int parent = index.parent(node);
      idle += pool.references(primary[node]) == 0 ? 1 : 0;
      removeLeaf(node, node == top);
      node = parent;
    }
    return idle;
  }

  private void removeLeaf(int node, boolean announceParent) {
    int block = primary[node];
    Tier tier = pool.tier(block);
    policy.tell(block, false, lastUse[node]);
    while (firstTwin[node] >= 0) {
      unlinkTwin(firstTwin[node]);
    }
    int parent = index.parent(node);
    long hash = index.hash(node);
    index.remove(node);
    primary[node] = -1;
    nodeOf[block] = -1;
    count(tier, -1);
    if (pool.references(block) == 0) {
      pool.addFree(block);
    }
    events.removed(block, hash);
    if (announceParent) {
      countChild(parent, tier, -1);
    } else {
      addChild(parent, tier, -1);
    }
  }

  private void countChild(int parent, Tier tier, int change) {
    if (parent >= 0) {
      addChild(parent, tier, change);
      refresh(parent);
    }
  }

  private void addChild(int parent, Tier tier, int change) {
    switch (tier) {
      case DEVICE -> deviceChildren[parent] += change;
      case HOST -> hostChildren[parent] += change;
    }
  }

  /// Tells the policy whether the primary block of `node` may go.
  private void refresh(int node) {
    int block = primary[node];
    int children =
        switch (pool.tier(block)) {
          case DEVICE -> deviceChildren[node];
          case HOST -> hostChildren[node];
        };
    policy.tell(block, pool.references(block) == 0 && (windowed || children == 0), lastUse[node]);
  }

  private void count(Tier tier, int change) {
    switch (tier) {
      case DEVICE -> cachedDevice += change;
      case HOST -> cachedHost += change;
    }
  }

  private void linkTwin(int node, int block) {
    int next = firstTwin[node];
    nodeOf[block] = node;
    nextTwin[block] = next;
    previousTwin[block] = -1;
    if (next >= 0) {
      previousTwin[next] = block;
    }
    firstTwin[node] = block;
  }

  private void unlinkTwin(int block) {
    int next = nextTwin[block];
    int previous = previousTwin[block];
    if (previous >= 0) {
      nextTwin[previous] = next;
    } else {
      firstTwin[nodeOf[block]] = next;
    }
    if (next >= 0) {
      previousTwin[next] = previous;
    }
    nodeOf[block] = -1;
  }
}
