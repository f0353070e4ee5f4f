package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingSchedulingPolicy;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntSupplier;

/// A scheduling policy in front of another one that checks both sides: the host's events come in order (SCP-12), and
/// the answers name who may be named (SCP-1, SCP-2, SCP-4, SCP-5). Cache events go on to a policy that listens.
///
/// A host replaces a policy that throws, and the error is gone with it: look at [StepProtocol#violation] too.
public final class AssertingSchedulingPolicy implements SchedulingPolicy, CacheListener {
  private final SchedulingPolicy to;
  private final AssertingCacheListener events;
  private final StepProtocol protocol;
  private final Set<Integer> waiting = new HashSet<>();
  private final Set<Integer> running = new HashSet<>();
  private final Set<Integer> later = new HashSet<>();
  private final Set<Integer> prefilled = new HashSet<>();
  private boolean inside;
  private boolean planned;

  /// A watched `to`.
  public AssertingSchedulingPolicy(SchedulingPolicy to, StepProtocol protocol) {
    this.to = Objects.requireNonNull(to, "to is null");
    this.protocol = protocol;
    events = new AssertingCacheListener(new ForwardingSchedulingPolicy(to), protocol);
  }

  private int ask(String call, IntSupplier body) {
    protocol.onEngineThread(call);
    if (inside) {
      throw protocol.broken(
          Rule.SCP_11, call + " came while an earlier call was not done: the policy called back");
    }
    inside = true;
    try {
      return body.getAsInt();
    } finally {
      inside = false;
    }
  }

  private void tell(String call, Runnable body) {
    ask(
        call,
        () -> {
          body.run();
          return 0;
        });
  }

  private void host(String call, int sequence, boolean right, String why) {
    if (!right) {
      throw protocol.broken(Rule.SCP_12, call + " told of sequence " + sequence + ", " + why);
    }
  }

  private int answered(Rule rule, String call, int answer, boolean right) {
    if (answer != -1 && !right) {
      throw protocol.broken(
          rule,
          "%s answered sequence %d; waiting are %s (answered LATER in this plan: %s), running %s"
              .formatted(call, answer, waiting, later, running));
    }
    return answer;
  }

  private void inPlan(String call) {
    if (!planned) {
      throw protocol.broken(Rule.SCP_12, call + " was asked before planning");
    }
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    int id = sequence.id();
    host("waiting", id, waiting.add(id), "which waits already");
    boolean ran = running.remove(id);
    host("waiting", id, ran == (reason != WaitReason.NEW), reason + ": did it run? " + ran);
    tell("waiting", () -> to.waiting(sequence, reason));
  }

  @Override
  public void gone(int sequence) {
    host("gone", sequence, waiting.remove(sequence), "which does not wait");
    tell("gone", () -> to.gone(sequence));
  }

  @Override
  public void planning(PlanView view) {
    later.clear();
    prefilled.clear();
    planned = true;
    tell("planning", () -> to.planning(view));
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    host("answered", sequence, waiting.contains(sequence), "which does not wait");
    switch (answer) {
      case GRANTED -> {
        waiting.remove(sequence);
        running.add(sequence);
      }
      case LATER -> later.add(sequence);
      case NEVER -> {}
    }
    tell("answered", () -> to.answered(sequence, answer));
  }

  @Override
  public int nextWaiting(PlanView view) {
    inPlan("nextWaiting");
    int answer = ask("nextWaiting", () -> to.nextWaiting(view));
    answered(Rule.SCP_1, "nextWaiting", answer, waiting.contains(answer));
    answered(Rule.SCP_2, "nextWaiting", answer, !later.contains(answer));
    if (answer == -1 && running.isEmpty() && later.isEmpty() && !waiting.isEmpty()) {
      throw protocol.broken(
          Rule.SCP_9, "nextWaiting answered -1; nothing runs, and waiting are " + waiting);
    }
    return answer;
  }

  @Override
  public int nextPrefill(PlanView view) {
    inPlan("nextPrefill");
    int answer = ask("nextPrefill", () -> to.nextPrefill(view));
    boolean right = running.contains(answer) && prefilled.add(answer);
    return answered(Rule.SCP_5, "nextPrefill", answer, right);
  }

  @Override
  public int victim(PlanView view, int needy) {
    inPlan("victim");
    host("victim", needy, running.contains(needy), "which does not run");
    int answer = ask("victim", () -> to.victim(view, needy));
    return answered(Rule.SCP_4, "victim", answer, running.contains(answer));
  }

  @Override
  public void computed(SequenceView sequence, int from, int end) {
    boolean right = running.contains(sequence.id()) && from < end;
    host("computed", sequence.id(), right, "which does not run, or of nothing");
    tell("computed", () -> to.computed(sequence, from, end));
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    host("finished", sequence.id(), running.remove(sequence.id()), "which does not run");
    tell("finished", () -> to.finished(sequence, reason));
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    boolean right = running.contains(parent.id()) && !waiting.contains(child.id());
    host("forked", child.id(), right && running.add(child.id()), "of " + parent.id());
    tell("forked", () -> to.forked(parent, child));
  }

  @Override
  public void stepped(int tokens, long nanos) {
    tell("stepped", () -> to.stepped(tokens, nanos));
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    events.opened(sequence, lastBlock, matchedBlocks);
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    events.stored(sequence, block, parent, hash, depth);
  }

  @Override
  public void moved(int from, int target) {
    events.moved(from, target);
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    events.hit(sequence, block);
  }

  @Override
  public void removed(int block, long hash) {
    events.removed(block, hash);
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    events.released(sequence, reason, lastBlock);
  }

  @Override
  public void cleared() {
    events.cleared();
  }
}
