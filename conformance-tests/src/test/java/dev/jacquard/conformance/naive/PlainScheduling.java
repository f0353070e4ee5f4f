package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayDeque;
import java.util.Deque;

/// A queue; preempted sequences go to its head.
final class PlainScheduling implements SchedulingPolicy {
  private final Deque<Integer> queue = new ArrayDeque<>();
  private boolean closed;

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    if (reason == WaitReason.NEW) {
      queue.addLast(sequence.id());
    } else {
      queue.addFirst(sequence.id());
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
    if (answer == Reservation.GRANTED) {
      queue.remove(sequence);
    }
    closed |= answer == Reservation.LATER;
  }

  @Override
  public int nextWaiting(PlanView view) {
    return closed || queue.isEmpty() ? -1 : queue.peek();
  }
}
