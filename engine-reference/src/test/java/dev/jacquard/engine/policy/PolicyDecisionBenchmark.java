package dev.jacquard.engine.policy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// What a scheduling decision costs with 50, 500 and 5,000 sequences waiting. A plain `main`, not a
/// test; prints the table of docs/benchmarks/policy-decisions.md. Every figure is the median of
/// nine runs after warm-up.
///
/// - refuse: a plan begins, the first choice is named, it does not fit, and it is back in the queue
///   at the next plan
/// - admit: the first choice is named and granted, runs one step, ends, and another of 8 to 64
///   blocks arrives: the whole life of a request as the policy sees it
/// - block: one block of one waiting sequence is stored and removed; shared block: the same for a
///   block that all waiting sequences contain
public final class PolicyDecisionBenchmark {
  private static final int[] LENGTHS = {50, 500, 5_000};
  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
  private static final int RUNS = 9;
  private static final long RUN_NANOS = 120_000_000;

  private PolicyDecisionBenchmark() {}

  /// Runs it.
  public static void main(String[] args) {
    System.out.println("| policy | nanoseconds per | 50 waiting | 500 | 5,000 |");
    System.out.println("|---|---|---:|---:|---:|");
    for (Map.Entry<String, Supplier<Subjects.Subject>> subject : Subjects.all().entrySet()) {
      row(subject, "refuse", 0);
      row(subject, "admit", 0);
      row(subject, "block", 0);
      row(subject, "shared block", 4);
    }
  }

  private static void row(
      Map.Entry<String, Supplier<Subjects.Subject>> subject, String operation, int shared) {
    StringBuilder line = new StringBuilder("| " + subject.getKey() + " | " + operation + " |");
    for (int waiting : LENGTHS) {
      Subjects.Queue queue =
          new Subjects.Queue(
              subject.getValue().get().policy(), new CountedSequence.Counter(), waiting, shared);
      Runnable once =
          switch (operation) {
            case "refuse" -> queue::refuse;
            case "admit" -> () -> queue.replace(queue.admit());
            default -> queue::blockComesAndGoes;
          };
      if (operation.endsWith("block") && !queue.blockComesAndGoes()) {
        return;
      }
      line.append(String.format(Locale.ROOT, " %,.0f |", median(once)));
    }
    System.out.println(line);
  }

  private static double median(Runnable once) {
    run(once);
    run(once);
    double[] runs = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      runs[i] = run(once);
    }
    Arrays.sort(runs);
    return runs[RUNS / 2];
  }

  /// Nanoseconds of this thread's own time, so that a busy machine does not show.
  private static double run(Runnable once) {
    long calls = 0;
    long start = THREAD.getCurrentThreadCpuTime();
    long now = start;
    while (now - start < RUN_NANOS) {
      for (int i = 0; i < 512; i++) {
        once.run();
      }
      calls += 512;
      now = THREAD.getCurrentThreadCpuTime();
    }
    return (now - start) / (double) calls;
  }
}
