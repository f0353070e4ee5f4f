package dev.jacquard.conformance.forwarding;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.Objects;

/// An eviction policy that is another one. Thread: engine.
public class ForwardingEvictionPolicy implements EvictionPolicy {
  /// Where calls go.
  protected final EvictionPolicy to;

  /// Passes everything on to `to`.
  public ForwardingEvictionPolicy(EvictionPolicy to) {
    this.to = Objects.requireNonNull(to, "to is null");
  }

  @Override
  public void evictable(int block, long lastUse) {
    to.evictable(block, lastUse);
  }

  @Override
  public void unevictable(int block) {
    to.unevictable(block);
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    return to.victim(tier, stillNeeded, now);
  }

  @Override
  public boolean demote(int block) {
    return to.demote(block);
  }

  @Override
  public int prefetch(long now) {
    return to.prefetch(now);
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    to.opened(sequence, lastBlock, matchedBlocks);
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    to.stored(sequence, block, parent, hash, depth);
  }

  @Override
  public void moved(int from, int target) {
    to.moved(from, target);
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    to.hit(sequence, block);
  }

  @Override
  public void removed(int block, long hash) {
    to.removed(block, hash);
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    to.released(sequence, reason, lastBlock);
  }

  @Override
  public void cleared() {
    to.cleared();
  }
}
