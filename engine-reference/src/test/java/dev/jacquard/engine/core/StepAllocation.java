package dev.jacquard.engine.core;

import com.sun.management.ThreadMXBean;
import dev.jacquard.spi.request.SamplingParams;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The program that [StepAllocationTest] runs in a JVM of its own: turns an engine loop until its steps allocate nothing.
///
/// It counts steps, not time: on a busy machine the compiler comes later, and so does the end.
final class StepAllocation {
  private static final int MOST_ROUNDS = 600;
  private static final int QUIET_ROUNDS = 3;
  private static final int WINDOW = 80;

  /// What the report begins with when all is well.
  static final String QUIET = "quiet";

  private StepAllocation() {}

  /// @param arguments a folder for the model, steps in flight, file for the report
  public static void main(String[] arguments) throws IOException {
    LoopBench.Setup setup =
        new LoopBench.Setup().stepsInFlight(Integer.parseInt(arguments[1])).threads(2).bare();
    List<String> rounds = new ArrayList<>();
    int quiet = 0;
    try (LoopBench bench = new LoopBench(Path.of(arguments[0]), setup)) {
      while (quiet < QUIET_ROUNDS && rounds.size() < MOST_ROUNDS) {
        String round = round(bench, rounds.size());
        rounds.add(round);
        quiet = round.equals("0+0") ? quiet + 1 : 0;
      }
    }
    Files.writeString(
        Path.of(arguments[2]),
        "%s after %d rounds, bytes of engine thread + workers in the last: %s"
            .formatted(
                quiet == QUIET_ROUNDS ? QUIET : "never quiet",
                rounds.size(),
                rounds.subList(Math.max(0, rounds.size() - 20), rounds.size())));
  }

  /// Four sequences are admitted; then only steps are measured, in which blocks fill up, are shared and new ones are reserved.
  private static String round(LoopBench bench, int round) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SamplingParams sampling =
        SamplingParams.builder()
            .temperature(0.8)
            .seed(round)
            .maxTokens(110)
            .ignoreEos(true)
            .build();
    List<ActiveRequest> requests = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      requests.add(bench.submit(bench.prompt(4L * round + i, 10), sampling));
    }
    bench.turn(20);
    long[] workers = workers();
    long workersBefore = sum(threads.getThreadAllocatedBytes(workers));
    long before = threads.getCurrentThreadAllocatedBytes();
    bench.turn(WINDOW);
    long own = threads.getCurrentThreadAllocatedBytes() - before;
    long others = sum(threads.getThreadAllocatedBytes(workers)) - workersBefore;
    bench.run();
    for (ActiveRequest request : requests) {
      if (!request.done() || request.sequence(0).length() != 120) {
        throw new IllegalStateException("a request did not run as it should");
      }
    }
    return own + "+" + others;
  }

  private static long[] workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("jacquard-kernel"))
        .mapToLong(Thread::threadId)
        .toArray();
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) {
      sum += value;
    }
    return sum;
  }
}
