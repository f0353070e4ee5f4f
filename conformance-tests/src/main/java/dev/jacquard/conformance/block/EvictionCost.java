package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import java.util.List;

/// EVP-5 and EVP-6: what a call costs with many blocks, in time and in memory.
final class EvictionCost {
  private static final int FEW = 512;
  private static final int MANY = 64 * FEW;
  private static final double WIDE_MARGIN = 12;
  private static final double NO_NOISE = 40;
  private static final double NOISE_NANOS = 1_000;
  private static final int ATTEMPTS = 3;

  private EvictionCost() {}

  static List<Check<EvictionUnderTest>> checks() {
    return List.of(
        Check.of(
            Rule.EVP_5,
            "a round of calls over 32,768 blocks costs about what it costs over 512",
            EvictionCost::time,
            "victim looks at every block",
            "removing from the middle of a list searches it",
            "a sorted list in which late parents are inserted by walking"),
        Check.of(
            Rule.EVP_6,
            "after warm-up no call allocates",
            EvictionCost::memory,
            "boxed ids in collections",
            "iterators, streams and lambdas that capture",
            "a new node or key for each evictable block"));
  }

  private static void time(EvictionUnderTest subject, Trial trial) {
    EvictionMeter small = new EvictionMeter(subject, FEW);
    EvictionMeter large = new EvictionMeter(subject, MANY);
    small.warmUp();
    double few = 0;
    double many = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      few = small.nanosPerRound();
      many = large.nanosPerRound();
      if (many <= WIDE_MARGIN * few || many - few <= NOISE_NANOS) {
        return;
      }
      if (many > NO_NOISE * few) {
        break;
      }
    }
    throw new AssertionError(
        """
        a round of victim, unevictable, removed, stored, released, evictable and a reuse takes \
        %.0f ns with %d evictable blocks and %.0f ns with %d: %.0f times as much, where a logarithm \
        would be %.1f times\
        """
            .formatted(few, FEW, many, MANY, many / few, Math.log(MANY) / Math.log(FEW)));
  }

  private static void memory(EvictionUnderTest subject, Trial trial) {
    List<String> found = new EvictionMeter(subject, FEW).allocations();
    if (!found.isEmpty()) {
      throw new AssertionError("allocated after warm-up: " + String.join("; ", found));
    }
  }
}
