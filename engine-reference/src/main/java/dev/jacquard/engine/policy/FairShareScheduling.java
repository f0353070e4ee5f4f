package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.Arrays;
import java.util.function.Function;

/// An equal share for every tenant that has work: the tenant charged least goes first, oldest
/// request of it first (virtual token counters of Sheng et al., arXiv 2401.00588).
///
/// A prompt token costs 1, a generated one [#GENERATED_COST]. A prompt is charged when it is
/// admitted, what was cached is given back at its first step; so one plan does not admit a whole
/// queue before anything is charged. Tokens computed again after a preemption cost nothing. A
/// tenant that comes back after a pause starts at the virtual time, the charge of the tenant served
/// last: being idle earns nothing. When the first does not fit, up to 3 others are tried, until it
/// has been refused for 30 s.
public final class FairShareScheduling implements SchedulingPolicy {
  /// The cost of a generated token, in prompt tokens.
  public static final double GENERATED_COST = 2;

  private final Function<RequestInfo, Object> tenant;
  private final GroupedQueue queue = new GroupedQueue();
  private final Refusals refusals = Refusals.overtaking(queue::add);
  private int[] lengths = new int[0];
  private int[] charged = new int[0];
  private boolean[] fresh = new boolean[0];
  private double virtualTime;

  /// Shares by the tenant of the request.
  public FairShareScheduling() {
    this(RequestInfo::tenant);
  }

  /// @param tenant names who shares: equal answers are one
  public FairShareScheduling(Function<RequestInfo, Object> tenant) {
    this.tenant = tenant;
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    int id = sequence.id();
    if (reason == WaitReason.NEW) {
      GroupedQueue.Group group = queue.group(tenant.apply(sequence.request()));
      if (group.idle()) {
        queue.charge(group, Math.max(0, virtualTime - group.service()));
      }
      begin(sequence, group, 0);
    }
    lengths[id] = sequence.length();
    refusals.enter(id);
    queue.add(id);
  }

  private void begin(SequenceView sequence, GroupedQueue.Group group, int paid) {
    int id = sequence.id();
    if (id >= charged.length) {
      charged = Arrays.copyOf(charged, Math.max(id + 1, Math.max(64, charged.length * 2)));
      lengths = Arrays.copyOf(lengths, charged.length);
      fresh = Arrays.copyOf(fresh, charged.length);
    }
    queue.begin(sequence, group);
    charged[id] = paid;
    fresh[id] = true;
  }

  @Override
  public void gone(int sequence) {
    queue.remove(sequence);
    refusals.remove(sequence);
    queue.end(sequence);
  }

  @Override
  public void planning(PlanView view) {
    refusals.reopen(view.now());
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    queue.remove(sequence);
    switch (answer) {
      case GRANTED -> {
        refusals.granted(sequence);
        GroupedQueue.Group group = queue.groupOf(sequence);
        virtualTime = Math.max(virtualTime, group.service());
        queue.charge(group, Math.max(0, lengths[sequence] - charged[sequence]));
        charged[sequence] = Math.max(charged[sequence], lengths[sequence]);
      }
      case LATER -> refusals.later(sequence);
      case NEVER -> {}
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    int first = refusals.closed() ? -1 : queue.first();
    return first < 0 ? refusals.over() : first;
  }

  @Override
  public void computed(SequenceView sequence, int from, int to) {
    int id = sequence.id();
    GroupedQueue.Group group = queue.groupOf(id);
    if (fresh[id]) {
      fresh[id] = false;
      queue.charge(group, -from);
    }
    if (to > charged[id]) {
      queue.charge(group, GENERATED_COST * (to - charged[id]));
      charged[id] = to;
    }
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    queue.end(sequence.id());
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    begin(child, queue.groupOf(parent.id()), charged[parent.id()]);
    fresh[child.id()] = false;
  }

  /// The charge of a request's tenant, in prompt tokens.
  double charge(RequestInfo request) {
    return queue.group(tenant.apply(request)).service();
  }

  /// Comparisons made so far.
  long work() {
    return queue.comparisons();
  }
}
