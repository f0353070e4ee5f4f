package dev.jacquard.conformance.cranky;

import dev.jacquard.conformance.forwarding.ForwardingEvictionPolicy;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;

/// An eviction policy that throws or names blocks at random: a host replaces it, and nobody else notices (EVP-8).
public final class CrankyEvictionPolicy extends ForwardingEvictionPolicy {
  private static final int NO_BLOCK = 1 << 20;

  private final Mood mood;

  /// Fails when the mood says so.
  public CrankyEvictionPolicy(EvictionPolicy to, Mood mood) {
    super(to);
    this.mood = mood;
  }

  private void perhaps(String call) {
    if (mood.strikes()) {
      throw new IllegalStateException(mood.says(call));
    }
  }

  /// Throws, or answers some number.
  private int nonsense(String call) {
    return switch (mood.pick(4)) {
      case 0 -> throw new IllegalStateException(mood.says(call));
      case 1 -> -1 - mood.pick(NO_BLOCK);
      case 2 -> NO_BLOCK + mood.pick(NO_BLOCK);
      default -> mood.pick(8);
    };
  }

  @Override
  public void evictable(int block, long lastUse) {
    perhaps("evictable");
    super.evictable(block, lastUse);
  }

  @Override
  public void unevictable(int block) {
    perhaps("unevictable");
    super.unevictable(block);
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    return mood.strikes() ? nonsense("victim") : super.victim(tier, stillNeeded, now);
  }

  @Override
  public boolean demote(int block) {
    perhaps("demote");
    return super.demote(block);
  }

  @Override
  public int prefetch(long now) {
    return mood.strikes() ? nonsense("prefetch") : super.prefetch(now);
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    perhaps("opened");
    super.opened(sequence, lastBlock, matchedBlocks);
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    perhaps("stored");
    super.stored(sequence, block, parent, hash, depth);
  }

  @Override
  public void moved(int from, int target) {
    perhaps("moved");
    super.moved(from, target);
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    perhaps("hit");
    super.hit(sequence, block);
  }

  @Override
  public void removed(int block, long hash) {
    perhaps("removed");
    super.removed(block, hash);
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    perhaps("released");
    super.released(sequence, reason, lastBlock);
  }

  @Override
  public void cleared() {
    perhaps("cleared");
    super.cleared();
  }

  @Override
  public String toString() {
    return "cranky eviction policy, " + mood;
  }
}
