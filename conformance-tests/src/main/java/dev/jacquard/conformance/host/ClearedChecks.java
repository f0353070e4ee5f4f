package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What listeners hear when a manager is made anew: BSM-32.
final class ClearedChecks {
  private static final String BLOCKS = "kit-blocks";

  private ClearedChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.BSM_32,
            "a listener hears cleared once before each manager but the first, and its picture stays exact",
            ClearedChecks::cleared,
            "cleared comes after the new manager reported something",
            "each listener but the first is forgotten"));
  }

  private static void cleared(HostUnderTest host, Trial trial) {
    for (int faults = 0; faults <= 2; faults++) {
      for (int steps = 1; steps <= 2; steps++) {
        cleared(host, trial, faults, steps);
      }
    }
  }

  private static void cleared(HostUnderTest host, Trial trial, int faults, int steps) {
    Complaints complaints = new Complaints();
    CachePicture first = new CachePicture(complaints);
    CachePicture second = new CachePicture(complaints);
    AtomicReference<@Nullable BlockSpaceManager> manager = new AtomicReference<>();
    AtomicInteger made = new AtomicInteger();
    int[] calls = {0};
    KitPlugin plugin =
        new KitPlugin("kit")
            .listener(first)
            .listener(second)
            .manager(
                BLOCKS,
                context -> {
                  int before = made.getAndIncrement();
                  complaints.unless(
                      first.timesCleared() == before && second.timesCleared() == before,
                      "when manager "
                          + (before + 1)
                          + " was made, the listeners had heard cleared "
                          + first.timesCleared()
                          + " and "
                          + second.timesCleared()
                          + " times, expected "
                          + before);
                  BlockSpaceManager paged = context.paged(new LruOrder(context.deviceBlocks()));
                  manager.set(paged);
                  return Tap.on(
                      BlockSpaceManager.class,
                      paged,
                      (method, arguments, real) -> {
                        if (method.equals("commit")
                            && ++calls[0] % 12 == 0
                            && calls[0] / 12 <= faults) {
                          throw new IllegalStateException("the kit's manager fails as it was told");
                        }
                        return real.call();
                      });
                });
    HostSetup setup = HostSetup.SMALL.running(2, steps).with(plugin).naming(null, BLOCKS, null);
    String done =
        "serving 16 requests with "
            + steps
            + " steps in flight while the manager fails "
            + faults
            + " times";
    try (HostUnderTest.Started started = host.start(setup)) {
      started.serve(Scene.strangers(trial.random(), 16, 20, 6));
      BlockSpaceManager last = manager.get();
      int cached =
          last == null
              ? 0
              : Scene.settled(plugin, () -> last.cachedBlocks(Tier.DEVICE), first.cached());
      complaints.requireNone(done);
      Scene.require(
          first.timesCleared() == faults && second.timesCleared() == faults,
          done
              + ": the listeners heard cleared "
              + first.timesCleared()
              + " and "
              + second.timesCleared()
              + " times, expected "
              + faults);
      Scene.require(
          cached == first.cached() && cached == second.cached(),
          done
              + ": "
              + cached
              + " blocks are cached, the listeners believe in "
              + first.cached()
              + " and "
              + second.cached());
    }
  }
}
