package dev.jacquard.engine.block;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Any legal answer, at random; or those of another policy. Checks that what it hears adds up.
class ChaosPolicy implements EvictionPolicy {
  final TreeMap<Integer, Long> evictable = new TreeMap<>();
  private final SplittableRandom random;
  private final EvictionPolicy inner;
  private final int deviceBlocks;
  private final CacheMirror mirror;

  /// @param inner whose victims are taken, null for random ones
  ChaosPolicy(SplittableRandom random, EvictionPolicy inner, int deviceBlocks, CacheMirror mirror) {
    this.random = random;
    this.inner = inner;
    this.deviceBlocks = deviceBlocks;
    this.mirror = mirror;
  }

  @Override
  public void evictable(int block, long lastUse) {
    assertTrue(evictable.put(block, lastUse) == null, "evictable twice: " + block);
    if (inner != null) {
      inner.evictable(block, lastUse);
    }
  }

  @Override
  public void unevictable(int block) {
    assertTrue(evictable.remove(block) != null, "not evictable before: " + block);
    if (inner != null) {
      inner.unevictable(block);
    }
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    assertTrue(stillNeeded > 0, "nothing is needed");
    if (inner != null) {
      return inner.victim(tier, stillNeeded, now);
    }
    List<Integer> of = new ArrayList<>(evictable.keySet());
    of.removeIf(block -> (block < deviceBlocks) != (tier == Tier.DEVICE));
    return of.isEmpty() ? -1 : of.get(random.nextInt(of.size()));
  }

  @Override
  public boolean demote(int block) {
    return random.nextInt(4) > 0;
  }

  @Override
  public int prefetch(long now) {
    List<Integer> of = new ArrayList<>(mirror.cached.keySet());
    of.removeIf(block -> block < deviceBlocks);
    return of.isEmpty() || random.nextInt(3) == 0 ? -1 : of.get(random.nextInt(of.size()));
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    if (inner != null) {
      inner.opened(sequence, lastBlock, matchedBlocks);
    }
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    if (inner != null) {
      inner.stored(sequence, block, parent, hash, depth);
    }
  }

  @Override
  public void moved(int from, int to) {
    if (inner != null) {
      inner.moved(from, to);
    }
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    if (inner != null) {
      inner.hit(sequence, block);
    }
  }

  @Override
  public void removed(int block, long hash) {
    if (inner != null) {
      inner.removed(block, hash);
    }
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    if (inner != null) {
      inner.released(sequence, reason, lastBlock);
    }
  }
}
