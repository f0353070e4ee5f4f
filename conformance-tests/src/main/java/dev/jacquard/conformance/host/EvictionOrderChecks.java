package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import java.util.List;

/// The order in which an eviction policy hears events: EVP-10.
final class EvictionOrderChecks {
  private static final String NAME = "kit-blocks";

  private EvictionOrderChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.EVP_10,
            "events of evictions, demotions, promotions and releases come in the order promised",
            (host, trial) -> watch(host, trial, 3),
            "unevictable comes after the block is gone",
            "a block is told evictable while it has a cached child"),
        Check.of(
            Rule.EVP_10,
            "blocks of one release share one use, later releases have greater ones, late parents keep theirs",
            (host, trial) -> watch(host, trial, 1),
            "the clock is read when a block becomes a leaf and not when it was released",
            "two releases within one tick of the clock"));
  }

  private static void watch(HostUnderTest host, Trial trial, int running) {
    for (int round = 0; round < trial.rounds(4, 40); round++) {
      Complaints complaints = new Complaints();
      int steps = 1 + round % 2;
      HostSetup setup = HostSetup.SMALL.blocks(14, round % 4 < 2 ? 8 : 0).running(running, steps);
      KitPlugin plugin =
          new KitPlugin("kit")
              .manager(
                  NAME,
                  context ->
                      context.paged(
                          new EvictionWitness(complaints, context.deviceBlocks(), running == 1)));
      Scene.serve(
          host, setup.with(plugin).naming(null, NAME, null), Scene.crowd(trial.random(round), 14));
      complaints.requireNone(
          "serving 14 requests, "
              + running
              + " at a time with "
              + steps
              + " steps in flight, round "
              + round
              + " of seed "
              + trial.seed());
    }
  }
}
