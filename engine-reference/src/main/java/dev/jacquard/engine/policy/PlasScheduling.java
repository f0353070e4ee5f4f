package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.function.Function;

/// Program-level attained service, least first (PLAS of Autellix, arXiv 2502.13965): the calls of
/// the program that has been served least go first, oldest call first.
///
/// Service is execution time: each row of a step charges the step's duration to the row's program.
/// What a program is, a function of the request says. A program whose call has waited `beta` times
/// its program's whole service, and [#PATIENCE_NANOS] more, goes before all others, oldest first.
/// When the first does not fit, nobody overtakes it.
public final class PlasScheduling implements SchedulingPolicy {
  /// The wait at which a program is promoted, in multiples of its service.
  public static final double DEFAULT_BETA = 8;

  private static final double PATIENCE_NANOS = 30e9;

  private final Function<RequestInfo, Object> program;
  private final double beta;
  private final GroupedQueue queue = new GroupedQueue();
  private final Ranks ages = new Ranks();
  private final IndexedHeap byAge = new IndexedHeap(ages);
  private final Refusals refusals = Refusals.headOfLine(this::enter);
  private GroupedQueue.Group[] served = new GroupedQueue.Group[64];
  private int servedRows;

  /// A program is a tenant, or a request where there are no tenants.
  public PlasScheduling() {
    this(request -> request.tenant().isEmpty() ? request.id() : request.tenant(), DEFAULT_BETA);
  }

  /// @param program names the program of a request: equal answers are one program
  public PlasScheduling(Function<RequestInfo, Object> program, double beta) {
    this.program = program;
    this.beta = beta;
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    if (reason == WaitReason.NEW) {
      queue.begin(sequence, queue.group(program.apply(sequence.request())));
    }
    ages.set(sequence, 0);
    refusals.enter(sequence.id());
    enter(sequence.id());
  }

  private void enter(int sequence) {
    queue.add(sequence);
    byAge.add(sequence);
  }

  private void leave(int sequence) {
    queue.remove(sequence);
    byAge.remove(sequence);
  }

  @Override
  public void gone(int sequence) {
    leave(sequence);
    refusals.remove(sequence);
    queue.end(sequence);
  }

  @Override
  public void planning(PlanView view) {
    refusals.reopen(view.now());
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    leave(sequence);
    if (answer == Reservation.LATER) {
      refusals.later(sequence);
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    int oldest = byAge.first();
    if (refusals.closed() || oldest < 0) {
      return refusals.over();
    }
    double waited = view.now() - ages.arrival[oldest];
    double service = queue.groupOf(oldest).service();
    return waited >= beta * service + PATIENCE_NANOS ? oldest : queue.first();
  }

  @Override
  public void computed(SequenceView sequence, int from, int to) {
    if (servedRows == served.length) {
      served = java.util.Arrays.copyOf(served, servedRows * 2);
    }
    served[servedRows++] = queue.groupOf(sequence.id());
  }

  @Override
  public void stepped(int tokens, long nanos) {
    while (servedRows > 0) {
      queue.charge(served[--servedRows], (double) nanos);
    }
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    queue.end(sequence.id());
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    queue.begin(child, queue.groupOf(parent.id()));
  }

  /// Comparisons made so far.
  long work() {
    return queue.comparisons() + byAge.comparisons();
  }
}
