package dev.jacquard.engine.schedule;

import dev.jacquard.engine.policy.FcfsScheduling;
import java.util.Arrays;
import java.util.Locale;

/// What a plan costs with 50, 500 and 5,000 sequences waiting: eight run, a prompt of 100 blocks is
/// admitted whenever one of them ends, and otherwise the ninth is asked for and refused. A plain
/// `main`, not a test; prints the table of docs/benchmarks/plan-cost.md.
public final class PlanCostBenchmark {
  private static final int PLANS = 200_000;

  private PlanCostBenchmark() {}

  /// Runs it.
  public static void main(String[] args) {
    System.out.println(
        "| sequences waiting | median | mean of the faster 99 % | 99th percentile |");
    System.out.println("|---:|---:|---:|---:|");
    for (int waiting : new int[] {50, 500, 5_000, 50, 500, 5_000}) {
      WaitingCrowd crowd = new WaitingCrowd(waiting, new FcfsScheduling());
      plans(crowd);
      long[] nanos = plans(crowd);
      Arrays.sort(nanos);
      int most = PLANS / 100 * 99;
      System.out.printf(
          Locale.ROOT,
          "| %,d | %,d | %,.0f | %,d |%n",
          waiting,
          nanos[PLANS / 2],
          Arrays.stream(nanos, 0, most).average().orElseThrow(),
          nanos[most]);
    }
  }

  /// Nanoseconds of each plan, the clock's own twenty included.
  private static long[] plans(WaitingCrowd crowd) {
    long[] nanos = new long[PLANS];
    for (int i = 0; i < PLANS; i++) {
      long start = System.nanoTime();
      crowd.plan();
      nanos[i] = System.nanoTime() - start;
      crowd.complete();
    }
    return nanos;
  }
}
