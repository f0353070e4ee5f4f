package dev.jacquard.conformance.cranky;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;

/// A cache listener that throws at random: a host drops it, and nobody else notices (BSM-28).
public final class CrankyCacheListener implements CacheListener {
  private final CacheListener to;
  private final Mood mood;

  /// Throws when the mood says so.
  public CrankyCacheListener(CacheListener to, Mood mood) {
    this.to = to;
    this.mood = mood;
  }

  private void perhaps(String call) {
    if (mood.strikes()) {
      throw new IllegalStateException(mood.says(call));
    }
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    perhaps("opened");
    to.opened(sequence, lastBlock, matchedBlocks);
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    perhaps("stored");
    to.stored(sequence, block, parent, hash, depth);
  }

  @Override
  public void moved(int from, int target) {
    perhaps("moved");
    to.moved(from, target);
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    perhaps("hit");
    to.hit(sequence, block);
  }

  @Override
  public void removed(int block, long hash) {
    perhaps("removed");
    to.removed(block, hash);
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    perhaps("released");
    to.released(sequence, reason, lastBlock);
  }

  @Override
  public void cleared() {
    perhaps("cleared");
    to.cleared();
  }

  @Override
  public String toString() {
    return "cranky cache listener, " + mood;
  }
}
