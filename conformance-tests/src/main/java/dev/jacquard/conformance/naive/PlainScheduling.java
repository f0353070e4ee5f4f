package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;

/// A queue; preempted sequences go to its head. After one LATER a plan admits no more.
public final class PlainScheduling implements SchedulingPolicy {
  private final IdList queue = new IdList();
  private boolean closed;

  /// An empty queue.
  public PlainScheduling() {}

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    switch (reason) {
      case NEW -> queue.addLast(sequence.id());
      case RECOMPUTE, SWAPPED -> queue.addFirst(sequence.id());
    }
  }

  @Override
  public void gone(int sequence) {
    queue.remove(sequence);
  }

  @Override
  public void planning(PlanView view) {
    closed = false;
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    switch (answer) {
      case GRANTED -> queue.remove(sequence);
      case LATER -> closed = true;
      case NEVER -> {}
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    return closed ? -1 : queue.first();
  }
}
