package dev.jacquard.engine.schedule;

import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;

/// What must be remembered of a plan until it is completed: which life of a sequence each row belongs to. A sequence that was preempted after it was planned begins a new
/// life, and what the old one computed must not be committed to its new blocks.
final class PlansInFlight {
  private final int[][] lives;
  private int first;
  private int count;

  PlansInFlight(SchedulerLimits limits) {
    lives = new int[limits.maxStepsInFlight()][limits.maxRunning()];
  }

  void push(StepPlan plan, int[] lifeOf) {
    if (count == lives.length) {
      throw new IllegalStateException(
          "plan was called with "
              + count
              + " plans in flight, the limit; complete the oldest first");
    }
    int[] lives = this.lives[(first + count) % this.lives.length];
    for (int row = 0; row < plan.rows(); row++) {
      lives[row] = lifeOf[plan.sequence(row)];
    }
    count++;
  }

  /// The oldest plan's lives by row.
  int[] pop() {
    if (count == 0) {
      throw new IllegalStateException("complete was called without a plan in flight");
    }
    int[] oldest = lives[first];
    first = (first + 1) % lives.length;
    count--;
    return oldest;
  }

  int count() {
    return count;
  }
}
