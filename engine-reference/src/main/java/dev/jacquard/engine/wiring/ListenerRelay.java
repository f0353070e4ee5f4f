package dev.jacquard.engine.wiring;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;

/// Lets a scheduling policy hear the cache although the manager exists before it. Engine thread.
final class ListenerRelay implements CacheListener {
  private CacheListener target = new CacheListener() {};

  void connect(CacheListener target) {
    this.target = target;
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    target.opened(sequence, lastBlock, matchedBlocks);
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    target.stored(sequence, block, parent, hash, depth);
  }

  @Override
  public void moved(int from, int to) {
    target.moved(from, to);
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    target.hit(sequence, block);
  }

  @Override
  public void removed(int block, long hash) {
    target.removed(block, hash);
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    target.released(sequence, reason, lastBlock);
  }
}
