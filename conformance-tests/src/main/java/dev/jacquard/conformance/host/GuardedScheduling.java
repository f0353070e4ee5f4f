package dev.jacquard.conformance.host;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/// Keeps a policy's faults from the scheduler: the first one ends the policy, and [ArrivalOrder] goes on with
/// all that waits (SCP-10). Engine thread.
class GuardedScheduling implements SchedulingPolicy {
  private static final int NONSENSE = Integer.MIN_VALUE;

  private final BlockSpaceManager blocks;
  private final Runnable replaced;
  private final Map<Integer, SequenceView> waiting = new LinkedHashMap<>();
  private final Map<Integer, SequenceView> running = new LinkedHashMap<>();
  private final Map<Integer, Integer> planned = new HashMap<>();
  private final Set<Integer> refused = new HashSet<>();
  private final Set<Integer> prefilled = new HashSet<>();
  private SchedulingPolicy policy;
  private boolean over;

  /// A guard.
  ///
  /// @param replaced counts
  GuardedScheduling(SchedulingPolicy policy, BlockSpaceManager blocks, Runnable replaced) {
    this.policy = policy;
    this.blocks = blocks;
    this.replaced = replaced;
  }

  /// The policy failed.
  void replace() {
    if (over) {
      return;
    }
    over = true;
    ArrivalOrder order = new ArrivalOrder();
    tellAll(waiting, order);
    refused.forEach(id -> order.answered(id, Reservation.LATER));
    policy = order;
    replaced.run();
  }

  /// Tells the replacement who waits.
  void tellAll(Map<Integer, SequenceView> views, ArrivalOrder order) {
    views.values().forEach(view -> order.waiting(view, WaitReason.NEW));
  }

  private void tell(Consumer<SchedulingPolicy> event) {
    try {
      event.accept(policy);
    } catch (Throwable e) { // whatever a policy throws ends that policy
      replace();
    }
  }

  private int ask(ToIntFunction<SchedulingPolicy> question, Predicate<Integer> sense) {
    int answer;
    try {
      answer = question.applyAsInt(policy);
    } catch (Throwable e) {
      answer = NONSENSE;
    }
    if (answer == -1 || sense.test(answer)) {
      return answer;
    }
    replace();
    return question.applyAsInt(policy);
  }

  /// The rows of a plan are out.
  void planned(StepPlan plan) {
    for (int row = 0; row < plan.rows(); row++) {
      planned.put(plan.sequence(row), plan.firstPosition(row) + plan.tokenCount(row));
    }
  }

  /// A plan failed: its rows are computed again.
  void failed(StepPlan plan) {
    for (int row = 0; row < plan.rows(); row++) {
      if (running.containsKey(plan.sequence(row))) {
        planned.put(plan.sequence(row), blocks.computedTokens(plan.sequence(row)));
      }
    }
  }

  private boolean prefills(int sequence) {
    SequenceView view = running.get(sequence);
    return view != null
        && planned.getOrDefault(sequence, 0) < view.length() - 1
        && !prefilled.contains(sequence);
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    running.remove(sequence.id());
    waiting.put(sequence.id(), sequence);
    tell(p -> p.waiting(sequence, reason));
  }

  @Override
  public void gone(int sequence) {
    waiting.remove(sequence);
    tell(p -> p.gone(sequence));
  }

  @Override
  public void planning(PlanView view) {
    refused.clear();
    prefilled.clear();
    tell(p -> p.planning(view));
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    switch (answer) {
      case GRANTED -> {
        SequenceView view = waiting.remove(sequence);
        if (view != null) {
          running.put(sequence, view);
        }
        planned.put(sequence, blocks.computedTokens(sequence));
      }
      case LATER -> refused.add(sequence);
      case NEVER -> {}
    }
    tell(p -> p.answered(sequence, answer));
  }

  @Override
  public int nextWaiting(PlanView view) {
    return ask(p -> p.nextWaiting(view), id -> waiting.containsKey(id) && !refused.contains(id));
  }

  @Override
  public int nextPrefill(PlanView view) {
    int answer = ask(p -> p.nextPrefill(view), this::prefills);
    prefilled.add(answer);
    return answer;
  }

  @Override
  public int victim(PlanView view, int needy) {
    return ask(p -> p.victim(view, needy), running::containsKey);
  }

  @Override
  public void computed(SequenceView sequence, int from, int to) {
    tell(p -> p.computed(sequence, from, to));
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    running.remove(sequence.id());
    tell(p -> p.finished(sequence, reason));
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    running.put(child.id(), child);
    planned.put(child.id(), blocks.computedTokens(child.id()));
    tell(p -> p.forked(parent, child));
  }

  @Override
  public void stepped(int tokens, long nanos) {
    tell(p -> p.stepped(tokens, nanos));
  }
}
