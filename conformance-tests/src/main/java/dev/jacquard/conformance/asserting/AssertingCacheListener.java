package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import java.util.Objects;

/// A cache listener in front of another one that checks both sides: events tell one consistent story of the cache, on
/// the engine thread (BSM-18), and the listener neither calls back nor throws (BSM-28).
///
/// A host drops a listener that throws, and the error with it: look at [StepProtocol#violation] too.
public final class AssertingCacheListener implements CacheListener {
  private final CacheListener to;
  private final StepProtocol protocol;
  private final CacheLedger cache;

  /// A watched `to`.
  public AssertingCacheListener(CacheListener to, StepProtocol protocol) {
    this.to = Objects.requireNonNull(to, "to is null");
    this.protocol = protocol;
    cache = new CacheLedger(protocol);
  }

  private void tell(String call, Runnable judged, Runnable told) {
    cache.enter(call);
    try {
      judged.run();
      told.run();
    } catch (RuntimeException e) {
      throw protocol.broken(Rule.BSM_28, call + " threw " + e, e);
    } finally {
      cache.leave();
    }
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    tell(
        "opened",
        () -> {
          if (lastBlock >= 0) {
            cache.used("opened", lastBlock);
          }
        },
        () -> to.opened(sequence, lastBlock, matchedBlocks));
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    tell(
        "stored", () -> cache.stored(block), () -> to.stored(sequence, block, parent, hash, depth));
  }

  @Override
  public void moved(int from, int target) {
    tell("moved", () -> cache.moved(from, target), () -> to.moved(from, target));
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    tell("hit", () -> cache.used("hit", block), () -> to.hit(sequence, block));
  }

  @Override
  public void removed(int block, long hash) {
    tell("removed", () -> cache.removed(block), () -> to.removed(block, hash));
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    tell(
        "released",
        () -> {
          if (lastBlock >= 0) {
            cache.used("released", lastBlock);
          }
        },
        () -> to.released(sequence, reason, lastBlock));
  }

  @Override
  public void cleared() {
    tell("cleared", cache::cleared, to::cleared);
  }
}
