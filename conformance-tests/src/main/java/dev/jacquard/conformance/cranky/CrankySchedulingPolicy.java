package dev.jacquard.conformance.cranky;

import dev.jacquard.conformance.forwarding.ForwardingSchedulingPolicy;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;

/// A scheduling policy that throws or names sequences at random: a host replaces it, and nobody else notices (SCP-10).
/// Cache events go on unharmed; [CrankyCacheListener] is for these.
public final class CrankySchedulingPolicy extends ForwardingSchedulingPolicy {
  private static final int NOBODY = 1 << 20;

  private final Mood mood;

  /// Fails when the mood says so.
  public CrankySchedulingPolicy(SchedulingPolicy to, Mood mood) {
    super(to);
    this.mood = mood;
  }

  private void perhaps(String call) {
    if (mood.strikes()) {
      throw new IllegalStateException(mood.says(call));
    }
  }

  /// Throws, or answers some number. Never -1: that is an answer with a meaning.
  private int nonsense(String call) {
    return switch (mood.pick(4)) {
      case 0 -> throw new IllegalStateException(mood.says(call));
      case 1 -> -2 - mood.pick(NOBODY);
      case 2 -> NOBODY + mood.pick(NOBODY);
      default -> mood.pick(8);
    };
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    perhaps("waiting");
    super.waiting(sequence, reason);
  }

  @Override
  public void gone(int sequence) {
    perhaps("gone");
    super.gone(sequence);
  }

  @Override
  public void planning(PlanView view) {
    perhaps("planning");
    super.planning(view);
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    perhaps("answered");
    super.answered(sequence, answer);
  }

  @Override
  public int nextWaiting(PlanView view) {
    return mood.strikes() ? nonsense("nextWaiting") : super.nextWaiting(view);
  }

  @Override
  public int nextPrefill(PlanView view) {
    return mood.strikes() ? nonsense("nextPrefill") : super.nextPrefill(view);
  }

  @Override
  public int victim(PlanView view, int needy) {
    return mood.strikes() ? nonsense("victim") : super.victim(view, needy);
  }

  @Override
  public void computed(SequenceView sequence, int from, int end) {
    perhaps("computed");
    super.computed(sequence, from, end);
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    perhaps("finished");
    super.finished(sequence, reason);
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    perhaps("forked");
    super.forked(parent, child);
  }

  @Override
  public void stepped(int tokens, long nanos) {
    perhaps("stepped");
    super.stepped(tokens, nanos);
  }

  @Override
  public String toString() {
    return "cranky scheduling policy, " + mood;
  }
}
