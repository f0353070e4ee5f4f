package dev.jacquard.engine.wiring;

import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a listener's faults from the manager that reports to it: one that throws is dropped, logged and counted (BSM-28). Engine thread.
///
/// The listener may be connected later: a scheduling policy that wants to know the cache is made after the manager.
final class GuardedCacheListener implements CacheListener {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedCacheListener.class);
  private static final CacheListener NOBODY = new CacheListener() {};

  private final MetricSink.Counter dropped;
  private CacheListener target;

  GuardedCacheListener(MetricSink.Counter dropped) {
    this(dropped, NOBODY);
  }

  GuardedCacheListener(MetricSink.Counter dropped, CacheListener target) {
    this.dropped = dropped;
    this.target = target;
  }

  void connect(CacheListener target) {
    this.target = target;
  }

  private void drop(Throwable cause) {
    LOG.error("cache listener {} failed and is dropped", target.getClass().getName(), cause);
    dropped.add(1);
    target = NOBODY;
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    try {
      target.opened(sequence, lastBlock, matchedBlocks);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      drop(e);
    }
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    try {
      target.stored(sequence, block, parent, hash, depth);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      drop(e);
    }
  }

  @Override
  public void moved(int from, int to) {
    try {
      target.moved(from, to);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      drop(e);
    }
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    try {
      target.hit(sequence, block);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      drop(e);
    }
  }

  @Override
  public void removed(int block, long hash) {
    try {
      target.removed(block, hash);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      drop(e);
    }
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    try {
      target.released(sequence, reason, lastBlock);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      drop(e);
    }
  }

  @Override
  public void cleared() {
    try {
      target.cleared();
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      drop(e);
    }
  }
}
