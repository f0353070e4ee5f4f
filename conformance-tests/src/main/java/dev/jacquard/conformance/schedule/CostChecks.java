package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_11;
import static dev.jacquard.conformance.Rule.SCH_17;

import com.sun.management.ThreadMXBean;
import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Trial;
import java.lang.management.ManagementFactory;
import java.util.List;

/// What `plan` and `complete` cost, counted and not timed: calls of views and of the manager, and
/// bytes.
final class CostChecks {
  private static final int FEW = 50;
  private static final int MANY = 64 * FEW;
  private static final int STEPS = 64;
  private static final int WARM_UP = 400;

  /// Doubling of the logarithm from 50 to 3,200 waiting, with room.
  private static final int FACTOR = 4;

  /// Bytes of a step that do not count: what the virtual machine does by itself.
  private static final int SPARE_BYTES = 16;

  private CostChecks() {}

  static List<Check<SchedulerUnderTest>> all() {
    return List.of(
        Check.of(
            SCH_17,
            "a step looks at no more with 3,200 waiting than with 50",
            CostChecks::work,
            "every waiting sequence is asked in every plan",
            "the queue is sorted in plan"),
        Check.of(
            SCH_11,
            "plan and complete allocate nothing after warm-up",
            CostChecks::bytes,
            "iterators, streams, boxed numbers, lambdas that capture"));
  }

  private static void work(SchedulerUnderTest subject, Trial trial) {
    long few = work(subject, FEW, trial.seed());
    long many = work(subject, MANY, trial.seed());
    if (many > FACTOR * few) {
      throw new AssertionError(
          STEPS
              + " plans and completions called views and the manager "
              + few
              + " times with "
              + FEW
              + " sequences waiting and "
              + many
              + " times with "
              + MANY
              + ": more than the "
              + FACTOR
              + "-fold");
    }
  }

  private static long work(SchedulerUnderTest subject, int waiting, long seed) {
    try (WaitingCrowd crowd = new WaitingCrowd(subject, waiting, seed)) {
      Work meter = new Work();
      for (int step = 0; step < STEPS; step++) {
        crowd.step(meter);
      }
      meter.counted = 0;
      for (int step = 0; step < STEPS; step++) {
        crowd.step(meter);
      }
      if (crowd.waiting() < waiting / 2) {
        throw new AssertionError(
            "of " + waiting + " that should wait, waiting() counts " + crowd.waiting());
      }
      return meter.counted;
    }
  }

  private static final class Work implements WaitingCrowd.Meter {
    long counted;
    private long before;

    @Override
    public void begin(WaitingCrowd crowd) {
      before = crowd.work();
    }

    @Override
    public void end(WaitingCrowd crowd) {
      counted += crowd.work() - before;
    }
  }

  private static void bytes(SchedulerUnderTest subject, Trial trial) {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)
        || !threads.isThreadAllocatedMemorySupported()) {
      throw new NotApplicable("this virtual machine does not count the bytes of a thread");
    }
    try (WaitingCrowd crowd = new WaitingCrowd(subject, FEW, trial.seed())) {
      Bytes meter = new Bytes(threads);
      for (int step = 0; step < WARM_UP; step++) {
        crowd.step(meter);
      }
      meter.counted = 0;
      for (int step = 0; step < STEPS; step++) {
        crowd.step(meter);
      }
      if (meter.counted > (long) SPARE_BYTES * STEPS) {
        throw new AssertionError(
            "after "
                + WARM_UP
                + " steps, "
                + STEPS
                + " more with "
                + crowd.rows()
                + " rows allocated "
                + meter.counted
                + " bytes in plan and complete, "
                + meter.counted / STEPS
                + " bytes a step");
      }
    }
  }

  private static final class Bytes implements WaitingCrowd.Meter {
    private final ThreadMXBean threads;
    long counted;
    private long before;

    Bytes(ThreadMXBean threads) {
      this.threads = threads;
    }

    @Override
    public void begin(WaitingCrowd crowd) {
      before = threads.getCurrentThreadAllocatedBytes();
    }

    @Override
    public void end(WaitingCrowd crowd) {
      counted += threads.getCurrentThreadAllocatedBytes() - before;
    }
  }
}
