package dev.jacquard.conformance.host;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// First come, first served. Engine thread.
class ArrivalOrder implements SchedulingPolicy {
  private final TreeSet<SequenceView> queue =
      new TreeSet<>(
          Comparator.comparingLong((SequenceView view) -> view.request().serial())
              .thenComparingInt(SequenceView::index));
  private final Set<Integer> refused = new HashSet<>();

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    queue.add(sequence);
  }

  @Override
  public void gone(int sequence) {
    forget(sequence);
  }

  private void forget(int sequence) {
    queue.removeIf(view -> view.id() == sequence);
  }

  @Override
  public void planning(PlanView view) {
    refused.clear();
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    switch (answer) {
      case GRANTED -> forget(sequence);
      case LATER -> refused.add(sequence);
      case NEVER -> {}
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    for (SequenceView next : queue) {
      if (!refused.contains(next.id())) {
        return next.id();
      }
      if (view.running() > 0) {
        return -1;
      }
    }
    return -1;
  }
}
