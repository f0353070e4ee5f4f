package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What calls cost: bytes allocated, and how the time grows with the pool.
final class CostChecks {
  private static final int WARM_UP = 3_000;
  private static final int COUNTED = 1_000;
  private static final int BYTES_PER_CALL = 16;
  private static final int SMALL = 256;
  private static final int[] LARGE = {16 * SMALL, 64 * SMALL};
  private static final int TIMED = 301;
  private static final int ATTEMPTS = 3;
  private static final long LEAST_NANOS = 500;
  private static final int MOST_GROWTH = 16;

  private CostChecks() {}

  static List<Check<ManagerUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.BSM_14,
            "calls after warm-up allocate nothing",
            (subject, trial) -> allocation(subject),
            "boxed numbers in maps and lists",
            "iterators and lambdas that capture"),
        Check.of(
            Rule.BSM_23,
            "the time of a call does not grow with the pool",
            (subject, trial) -> growth(subject),
            "a scan of all blocks for a free one, or for a victim",
            "counts that are not kept but counted"));
  }

  private static void allocation(ManagerUnderTest subject) {
    if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)
        || !threads.isThreadAllocatedMemorySupported()) {
      throw new NotApplicable("this Java machine does not tell what a thread allocates");
    }
    try (CostRun run = new CostRun(subject, SMALL)) {
      CostRun.Meter bytes = threads::getCurrentThreadAllocatedBytes;
      run.lives(WARM_UP, bytes);
      run.forget();
      run.lives(COUNTED, bytes);
      List<String> complaints = new ArrayList<>();
      for (CostRun.Call call : CostRun.Call.values()) {
        long each = run.sum(call) / Math.max(1, run.calls(call));
        if (call != CostRun.Call.ADMIT && each > BYTES_PER_CALL) {
          complaints.add(call.text() + " " + each + " bytes");
        }
      }
      if (!complaints.isEmpty()) {
        throw new AssertionError(
            "after "
                + WARM_UP
                + " sequences of warm-up, on "
                + SMALL
                + " blocks, a call still allocates on average: "
                + String.join(", ", complaints));
      }
    }
  }

  private static void growth(ManagerUnderTest subject) {
    times(subject, SMALL, WARM_UP);
    for (int blocks : LARGE) {
      long[] small = times(subject, SMALL, TIMED);
      long[] large = times(subject, blocks, TIMED);
      for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
        keepLeast(small, times(subject, SMALL, TIMED));
        keepLeast(large, times(subject, blocks, TIMED));
      }
      compare(small, large, blocks);
    }
  }

  /// A busy machine makes a median longer, never shorter.
  private static void keepLeast(long[] least, long[] times) {
    for (int i = 0; i < least.length; i++) {
      least[i] = Math.min(least[i], times[i]);
    }
  }

  private static long[] times(ManagerUnderTest subject, int blocks, int lives) {
    try (CostRun run = new CostRun(subject, blocks)) {
      run.fill();
      run.lives(lives, System::nanoTime);
      run.forget();
      run.lives(TIMED, System::nanoTime);
      return Arrays.stream(CostRun.Call.values()).mapToLong(run::median).toArray();
    }
  }

  private static void compare(long[] small, long[] large, int blocks) {
    List<String> complaints = new ArrayList<>();
    for (CostRun.Call call : CostRun.Call.values()) {
      long before = Math.max(LEAST_NANOS, small[call.ordinal()]);
      long after = large[call.ordinal()];
      if (after > MOST_GROWTH * before) {
        complaints.add(
            call.text()
                + " takes "
                + after
                + " ns with "
                + blocks
                + " blocks and "
                + small[call.ordinal()]
                + " ns with "
                + SMALL);
      }
    }
    if (!complaints.isEmpty()) {
      throw new AssertionError(
          "the cost of a call grows with the pool, medians measured "
              + ATTEMPTS
              + " times: "
              + String.join("; ", complaints));
    }
  }
}
