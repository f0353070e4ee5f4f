package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;

/// The request with the lowest `priority` value first, then by arrival, as in vLLM; the victim is
/// the running one that would be served last. When the first does not fit, nobody overtakes it.
/// Strict: a stream of urgent requests keeps the others waiting for as long as it lasts. A decision
/// is O(log n).
public final class PriorityScheduling implements SchedulingPolicy {
  private final Ranks waitingRanks = new Ranks();
  private final IndexedHeap queue = new IndexedHeap(waitingRanks);
  private final Ranks runningRanks = new Ranks();
  private final IndexedHeap running = new IndexedHeap(runningRanks);
  private final Refusals refusals = Refusals.headOfLine(queue::add);

  /// An empty queue.
  public PriorityScheduling() {}

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    running.remove(sequence.id());
    rank(sequence);
    refusals.enter(sequence.id());
    queue.add(sequence.id());
  }

  /// Running sequences are ranked the other way round: the last to be served on top.
  private void rank(SequenceView sequence) {
    int id = sequence.id();
    waitingRanks.set(sequence, sequence.request().priority());
    runningRanks.set(id, -waitingRanks.key[id], -waitingRanks.arrival[id], -waitingRanks.order[id]);
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
    switch (answer) {
      case GRANTED -> running.add(sequence);
      case LATER -> refusals.later(sequence);
      case NEVER -> {}
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    return refusals.closed() || queue.size() == 0 ? refusals.over() : queue.first();
  }

  @Override
  public int victim(PlanView view, int needy) {
    return running.first();
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    running.remove(sequence.id());
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    rank(child);
    running.add(child.id());
  }

  /// Comparisons made so far.
  long work() {
    return queue.comparisons() + running.comparisons();
  }
}
