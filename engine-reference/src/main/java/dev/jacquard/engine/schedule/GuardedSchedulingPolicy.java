package dev.jacquard.engine.schedule;

import dev.jacquard.engine.policy.FcfsScheduling;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a policy's faults from the mechanism: one that throws, or answers nonsense, is replaced by FCFS, logged and counted (SCP-1). Engine thread.
final class GuardedSchedulingPolicy implements SchedulingPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedSchedulingPolicy.class);

  /// A sequence that waits, for a policy that takes over.
  record Waiting(SequenceView sequence, WaitReason reason) {}

  private final Supplier<List<Waiting>> queue;
  private final MetricSink.Counter replaced;
  private SchedulingPolicy policy;
  private boolean healthy = true;

  /// @param queue everything that waits, in order of arrival
  GuardedSchedulingPolicy(
      SchedulingPolicy policy, Supplier<List<Waiting>> queue, MetricSink metrics) {
    this.policy = policy;
    this.queue = queue;
    replaced =
        metrics.counter(
            "jacquard_policy_replaced_total",
            "Policies replaced by the default because they failed",
            List.of("component"));
  }

  /// Replaces the policy because of `complaint`; does nothing the second time.
  void replace(String complaint, Throwable cause) {
    if (!healthy) {
      throw new IllegalStateException("the default scheduling policy failed: " + complaint, cause);
    }
    LOG.error(
        "scheduling policy {} is replaced by FCFS: {}",
        policy.getClass().getName(),
        complaint,
        cause);
    replaced.with("scheduling").add(1);
    healthy = false;
    policy = new FcfsScheduling();
    for (Waiting waiting : queue.get()) {
      policy.waiting(waiting.sequence(), waiting.reason());
    }
  }

  /// Whether the policy is still the one that was plugged in.
  boolean healthy() {
    return healthy;
  }

  private void failed(String method, Throwable e) {
    replace(method + " threw " + e, e);
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    try {
      policy.waiting(sequence, reason);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("waiting", e);
    }
  }

  @Override
  public void gone(int sequence) {
    try {
      policy.gone(sequence);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("gone", e);
    }
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    try {
      policy.answered(sequence, answer);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("answered", e);
    }
  }

  @Override
  public void planning(PlanView view) {
    try {
      policy.planning(view);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("planning", e);
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    try {
      return policy.nextWaiting(view);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("nextWaiting", e);
      return policy.nextWaiting(view);
    }
  }

  @Override
  public int nextPrefill(PlanView view) {
    try {
      return policy.nextPrefill(view);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("nextPrefill", e);
      return -1;
    }
  }

  @Override
  public int victim(PlanView view, int needy) {
    try {
      return policy.victim(view, needy);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("victim", e);
      return -1;
    }
  }

  @Override
  public void computed(SequenceView sequence, int from, int to) {
    try {
      policy.computed(sequence, from, to);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("computed", e);
    }
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    try {
      policy.finished(sequence, reason);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("finished", e);
    }
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    try {
      policy.forked(parent, child);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("forked", e);
    }
  }

  @Override
  public void stepped(int tokens, long nanos) {
    try {
      policy.stepped(tokens, nanos);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      failed("stepped", e);
    }
  }
}
