package dev.jacquard.engine.block;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import java.util.List;

/// Hands each event to the eviction policy, then to every listener. A listener that throws is not
/// caught: it is a part of the engine (or guarded by it), and its exception fails the manager.
final class CacheEvents implements CacheListener {
  private final CacheListener[] listeners;

  CacheEvents(CacheListener policy, List<CacheListener> others) {
    listeners = new CacheListener[others.size() + 1];
    listeners[0] = policy;
    for (int i = 0; i < others.size(); i++) {
      listeners[i + 1] = others.get(i);
    }
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    for (CacheListener listener : listeners) {
      listener.opened(sequence, lastBlock, matchedBlocks);
    }
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    for (CacheListener listener : listeners) {
      listener.stored(sequence, block, parent, hash, depth);
    }
  }

  @Override
  public void moved(int from, int to) {
    for (CacheListener listener : listeners) {
      listener.moved(from, to);
    }
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    for (CacheListener listener : listeners) {
      listener.hit(sequence, block);
    }
  }

  @Override
  public void removed(int block, long hash) {
    for (CacheListener listener : listeners) {
      listener.removed(block, hash);
    }
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    for (CacheListener listener : listeners) {
      listener.released(sequence, reason, lastBlock);
    }
  }
}
