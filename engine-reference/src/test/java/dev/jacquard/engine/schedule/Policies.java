package dev.jacquard.engine.schedule;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayList;
import java.util.List;

/// Policies of these tests.
final class Policies {
  private Policies() {}

  /// A queue that counts plans; nobody overtakes.
  static class Queue implements SchedulingPolicy {
    final List<Integer> queue = new ArrayList<>();
    int plans;
    private boolean closed;

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      queue.add(reason == WaitReason.NEW ? queue.size() : 0, sequence.id());
    }

    @Override
    public void gone(int sequence) {
      queue.remove((Integer) sequence);
    }

    @Override
    public void planning(PlanView view) {
      plans++;
      closed = false;
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      if (answer == Reservation.GRANTED) {
        queue.remove((Integer) sequence);
      }
      closed |= answer == Reservation.LATER;
    }

    @Override
    public int nextWaiting(PlanView view) {
      return closed || queue.isEmpty() ? -1 : queue.getFirst();
    }
  }

  /// Whoever has run longest goes.
  static final class FirstIsVictim extends Queue {
    private final List<Integer> running = new ArrayList<>();

    @Override
    public void answered(int sequence, Reservation answer) {
      super.answered(sequence, answer);
      if (answer == Reservation.GRANTED) {
        running.add(sequence);
      }
    }

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      super.waiting(sequence, reason);
      running.remove((Integer) sequence.id());
    }

    @Override
    public void finished(SequenceView sequence, dev.jacquard.spi.request.FinishReason reason) {
      running.remove((Integer) sequence.id());
    }

    @Override
    public int victim(PlanView view, int needy) {
      return running.getFirst();
    }
  }
}
