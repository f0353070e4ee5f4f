package dev.jacquard.conformance.forwarding;

import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.Objects;

/// A scheduler that hands every call on. Subclasses change what they are about.
public class ForwardingScheduler implements Scheduler {
  private final Scheduler delegate;

  /// Hands every call on to `delegate`.
  public ForwardingScheduler(Scheduler delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  /// Where calls go.
  protected final Scheduler delegate() {
    return delegate;
  }

  @Override
  public void submit(SequenceView sequence) {
    delegate.submit(sequence);
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    delegate.fork(parent, child);
  }

  @Override
  public void cancel(int sequence) {
    delegate.cancel(sequence);
  }

  @Override
  public void plan(StepPlan plan) {
    delegate.plan(plan);
  }

  @Override
  public void complete(StepPlan plan, StepResults results) {
    delegate.complete(plan, results);
  }

  @Override
  public boolean holds(int sequence) {
    return delegate.holds(sequence);
  }

  @Override
  public int waiting() {
    return delegate.waiting();
  }

  @Override
  public int running() {
    return delegate.running();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
