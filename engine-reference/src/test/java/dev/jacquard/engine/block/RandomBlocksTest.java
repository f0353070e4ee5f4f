package dev.jacquard.engine.block;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Random operations against a model. `-Djacquard.blocks.seed=N` repeats the run of one seed.
final class RandomBlocksTest {
  @Test
  void randomOperationsNeverMixUpWhatBlocksHold() {
    Long only = Long.getLong("jacquard.blocks.seed");
    long first = only == null ? 1 : only;
    long last = only == null ? 400 : only;
    int[] seen = new int[5];
    for (long seed = first; seed <= last; seed++) {
      try {
        RandomBlocksModel model = new RandomBlocksModel(seed);
        model.run(400);
        seen[0] += model.granted;
        seen[1] += model.later;
        seen[2] += model.matched;
        seen[3] += model.swaps;
        seen[4] += model.copied;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + " failed; repeat with -Djacquard.blocks.seed=" + seed, e);
      }
    }
    for (int i = 0; only == null && i < seen.length; i++) {
      assertTrue(seen[i] > 1000, "the runs reach too little: counter " + i + " is " + seen[i]);
    }
  }
}
