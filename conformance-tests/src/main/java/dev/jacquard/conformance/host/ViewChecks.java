package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.List;

/// What a view answers, and when that may change: SCH-21.
final class ViewChecks {
  private static final String ORDER = "kit-order";
  private static final String BLOCKS = "kit-blocks";

  private ViewChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.SCH_21,
            "a view answers the same all through a call, grows by what was accepted, and lasts while it is held",
            ViewChecks::watch,
            "a view reads what another thread writes",
            "tokens are appended after complete",
            "a view is reused for another sequence while a plan that names the first is out"));
  }

  private static void watch(HostUnderTest host, Trial trial) {
    for (int round = 0; round < trial.rounds(4, 40); round++) {
      Complaints complaints = new Complaints();
      ViewWitness witness = new ViewWitness(complaints);
      KitPlugin plugin =
          new KitPlugin("kit")
              .listener(Tap.on(RequestListener.class, new RequestListener() {}, witness::inside))
              .listener(Tap.on(CacheListener.class, new CacheListener() {}, witness::inside))
              .manager(
                  BLOCKS,
                  context ->
                      Tap.on(
                          BlockSpaceManager.class,
                          context.paged(
                              Tap.on(
                                  EvictionPolicy.class,
                                  new LruOrder(context.deviceBlocks()),
                                  witness::inside)),
                          witness::inside))
              .scheduler(
                  ORDER,
                  context ->
                      witness.watching(
                          Tap.on(
                              Scheduler.class,
                              context.continuousBatching(
                                  Tap.on(
                                      SchedulingPolicy.class, new ArrivalOrder(), witness::inside)),
                              witness::inside)));
      int steps = 1 + round % 2;
      HostSetup setup =
          HostSetup.SMALL
              .blocks(14, round % 4 < 2 ? 0 : 10)
              .running(3, steps)
              .with(plugin)
              .naming(ORDER, BLOCKS, null);
      List<Ask> asks = Scene.crowd(trial.random(round), 10);
      try (HostUnderTest.Started started = host.start(setup)) {
        started.serve(asks);
        plugin.onEngineThread(() -> {});
      }
      complaints.requireNone(
          "serving 10 requests with "
              + steps
              + " steps in flight, round "
              + round
              + " of seed "
              + trial.seed());
    }
  }
}
