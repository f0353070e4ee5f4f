package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.ArrayList;
import java.util.List;

/// A plan without a mechanism: time is set, nothing is cached, budgets never end.
final class StubView implements PlanView {
  long now;
  long asked;

  @Override
  public long now() {
    return now;
  }

  @Override
  public int remainingTokens() {
    return 512;
  }

  @Override
  public int running() {
    return 1;
  }

  @Override
  public int availableBlocks() {
    return 1_000;
  }

  @Override
  public int cachedTokens(SequenceView sequence) {
    asked++;
    return 0;
  }

  /// Admits until the policy says -1; the ids in order.
  List<Integer> admitAll(SchedulingPolicy policy) {
    return admit(policy, Integer.MAX_VALUE);
  }

  /// One plan that admits at most `most`.
  List<Integer> admit(SchedulingPolicy policy, int most) {
    List<Integer> admitted = new ArrayList<>();
    policy.planning(this);
    while (admitted.size() < most) {
      int next = policy.nextWaiting(this);
      if (next < 0) {
        return admitted;
      }
      policy.answered(next, Reservation.GRANTED);
      admitted.add(next);
    }
    return admitted;
  }
}
