package dev.jacquard.conformance.forwarding;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A scheduling policy that is another one. It is a listener of the cache too, and passes events on
/// to a policy that is one. Thread: engine.
public class ForwardingSchedulingPolicy implements SchedulingPolicy, CacheListener {
  /// Where calls go.
  protected final SchedulingPolicy to;

  private final @Nullable CacheListener listener;

  /// Passes everything on to `to`.
  public ForwardingSchedulingPolicy(SchedulingPolicy to) {
    this.to = Objects.requireNonNull(to, "to is null");
    listener = to instanceof CacheListener cache ? cache : null;
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    to.waiting(sequence, reason);
  }

  @Override
  public void gone(int sequence) {
    to.gone(sequence);
  }

  @Override
  public void planning(PlanView view) {
    to.planning(view);
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    to.answered(sequence, answer);
  }

  @Override
  public int nextWaiting(PlanView view) {
    return to.nextWaiting(view);
  }

  @Override
  public int nextPrefill(PlanView view) {
    return to.nextPrefill(view);
  }

  @Override
  public int victim(PlanView view, int needy) {
    return to.victim(view, needy);
  }

  @Override
  public void computed(SequenceView sequence, int from, int end) {
    to.computed(sequence, from, end);
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    to.finished(sequence, reason);
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    to.forked(parent, child);
  }

  @Override
  public void stepped(int tokens, long nanos) {
    to.stepped(tokens, nanos);
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    if (listener != null) {
      listener.opened(sequence, lastBlock, matchedBlocks);
    }
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    if (listener != null) {
      listener.stored(sequence, block, parent, hash, depth);
    }
  }

  @Override
  public void moved(int from, int target) {
    if (listener != null) {
      listener.moved(from, target);
    }
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    if (listener != null) {
      listener.hit(sequence, block);
    }
  }

  @Override
  public void removed(int block, long hash) {
    if (listener != null) {
      listener.removed(block, hash);
    }
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    if (listener != null) {
      listener.released(sequence, reason, lastBlock);
    }
  }

  @Override
  public void cleared() {
    if (listener != null) {
      listener.cleared();
    }
  }
}
