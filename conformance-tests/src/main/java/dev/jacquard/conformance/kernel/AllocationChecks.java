package dev.jacquard.conformance.kernel;

import com.sun.management.ThreadMXBean;
import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.kernel.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;

/// Hot methods allocate nothing once they are warm (KRN-13).
final class AllocationChecks {
  private static final int TOKENS = 9;
  private static final int ROUNDS = 20;

  private AllocationChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_13,
            "operations and downloadRows take nothing from the Java heap or the device",
            AllocationChecks::hot,
            "an array for each call",
            "a lambda that captures its arguments",
            "boxed vectors, where the compiler did not see through them"));
  }

  private static void hot(BackendUnderTest subject, Trial trial) {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)
        || !threads.isThreadAllocatedMemorySupported()) {
      throw new NotApplicable("this JVM does not count what threads allocate");
    }
    try (Fixture fixture = new Fixture(subject, 2, trial)) {
      Bench bench = fixture.bench;
      fixture.step(IntStream.range(0, TOKENS).toArray());
      for (Example example : fixture.examples) {
        Tensor[] args = new Tensor[example.args().size()];
        for (int i = 0; i < args.length; i++) {
          Arg arg = example.args().get(i);
          args[i] =
              arg.weight()
                  ? fixture.weight(arg.role())
                  : bench.rows(Bench.gaussians(trial.random(i), TOKENS, arg.width()));
        }
        Tensor first = args[0];
        MemorySegment into = Arena.ofAuto().allocate(4L * TOKENS * first.width(), 64);
        int windows = trial.rounds(600, 10_000);
        long least = Long.MAX_VALUE;
        long device = Long.MAX_VALUE;
        for (int window = 0; window < windows && (least > 0 || device > 0); window++) {
          long free = bench.backend.memory().freeBytes();
          long before = threads.getTotalThreadAllocatedBytes();
          for (int round = 0; round < ROUNDS; round++) {
            example.call().run(fixture, args, TOKENS);
            bench.backend.downloadRows(first, 0, TOKENS, into);
          }
          least = Math.min(least, threads.getTotalThreadAllocatedBytes() - before);
          device = Math.min(device, free - bench.backend.memory().freeBytes());
        }
        Same.require(
            least <= 0 && device <= 0,
            example.name()
                + " and downloadRows, called "
                + ROUNDS
                + " times with the same arguments, took at least "
                + least
                + " bytes of the Java heap and "
                + device
                + " of the device in each of "
                + windows
                + " tries: "
                + (double) least / ROUNDS
                + " bytes a call");
      }
    }
  }
}
