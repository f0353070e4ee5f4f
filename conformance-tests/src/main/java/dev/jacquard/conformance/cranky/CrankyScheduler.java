package dev.jacquard.conformance.cranky;

import dev.jacquard.conformance.forwarding.ForwardingScheduler;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;

/// A scheduler that throws at random, before or after it did what it was asked: a host makes it and its manager anew
/// (SCH-22). Questions and `close` never throw.
public final class CrankyScheduler extends ForwardingScheduler {
  private final Mood mood;

  /// Throws when the mood says so.
  public CrankyScheduler(Scheduler to, Mood mood) {
    super(to);
    this.mood = mood;
  }

  private void perhaps(String call, Runnable body) {
    boolean strikes = mood.strikes();
    if (strikes && mood.pick(2) == 0) {
      throw new IllegalStateException(mood.says(call));
    }
    body.run();
    if (strikes) {
      throw new IllegalStateException(mood.says(call));
    }
  }

  @Override
  public void submit(SequenceView sequence) {
    perhaps("submit", () -> super.submit(sequence));
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    perhaps("fork", () -> super.fork(parent, child));
  }

  @Override
  public void cancel(int sequence) {
    perhaps("cancel", () -> super.cancel(sequence));
  }

  @Override
  public void plan(StepPlan plan) {
    perhaps("plan", () -> super.plan(plan));
  }

  @Override
  public void complete(StepPlan plan, StepResults results) {
    perhaps("complete", () -> super.complete(plan, results));
  }

  @Override
  public String toString() {
    return "cranky scheduler, " + mood;
  }
}
