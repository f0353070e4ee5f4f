package dev.jacquard.conformance.plugin;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayList;
import java.util.List;

/// The session that was served least goes first. Whose answer was LATER ends the plan.
class LeastServed implements SchedulingPolicy {
  private final RightInstance instance;
  private final List<SequenceView> queue = new ArrayList<>();
  private boolean closed;

  LeastServed(RightInstance instance) {
    this.instance = instance;
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    queue.add(sequence);
  }

  @Override
  public void gone(int sequence) {
    queue.removeIf(each -> each.id() == sequence);
  }

  @Override
  public void planning(PlanView view) {
    closed = false;
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    if (answer == Reservation.GRANTED) {
      gone(sequence);
    }
    closed |= answer == Reservation.LATER;
  }

  @Override
  public int nextWaiting(PlanView view) {
    SequenceView best = null;
    for (SequenceView each : queue) {
      if (mayRun(each) && (best == null || rank(each) < rank(best))) {
        best = each;
      }
    }
    return closed || best == null ? -1 : best.id();
  }

  boolean mayRun(SequenceView sequence) {
    return true;
  }

  long rank(SequenceView sequence) {
    return instance.served(sequence);
  }
}
