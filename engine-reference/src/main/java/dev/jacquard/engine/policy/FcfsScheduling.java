package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;

/// First come, first served, by arrival; a preempted sequence keeps its arrival. When the first
/// does not fit, nobody overtakes it. Victims are the mechanism's choice, the one admitted last. A
/// decision is O(log n).
public final class FcfsScheduling implements SchedulingPolicy {
  private final Ranks ranks = new Ranks();
  private final IndexedHeap queue = new IndexedHeap(ranks);
  private final Refusals refusals = Refusals.headOfLine(queue::add);

  /// An empty queue.
  public FcfsScheduling() {}

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    ranks.set(sequence, 0);
    refusals.enter(sequence.id());
    queue.add(sequence.id());
  }

  @Override
  public void gone(int sequence) {
    queue.remove(sequence);
    refusals.remove(sequence);
  }

  @Override
  public void planning(PlanView view) {
    refusals.reopen(view.now());
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    queue.remove(sequence);
    if (answer == Reservation.LATER) {
      refusals.later(sequence);
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    return refusals.closed() || queue.size() == 0 ? refusals.over() : queue.first();
  }

  /// Comparisons made so far.
  long work() {
    return queue.comparisons();
  }
}
