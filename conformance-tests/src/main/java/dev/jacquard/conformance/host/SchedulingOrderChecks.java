package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import java.util.ArrayList;
import java.util.List;

/// The order in which a scheduling policy hears events: SCP-12.
final class SchedulingOrderChecks {
  private static final String NAME = "kit-order";

  private SchedulingOrderChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.SCP_12,
            "a sequence waits, is granted, and ends or waits again; planning comes once before any question",
            SchedulingOrderChecks::watch,
            "waiting is told again to a sequence that was answered LATER",
            "finished is told of a sequence that waits, instead of gone",
            "questions before planning"));
  }

  private static void watch(HostUnderTest host, Trial trial) {
    for (int round = 0; round < trial.rounds(6, 60); round++) {
      Complaints complaints = new Complaints();
      int steps = 1 + round % 2;
      List<SchedulingWitness> made = new ArrayList<>();
      KitPlugin plugin =
          new KitPlugin("kit")
              .scheduler(
                  NAME,
                  context -> {
                    SchedulingWitness witness = new SchedulingWitness(complaints);
                    made.add(witness);
                    return witness.watching(context.continuousBatching(witness));
                  });
      HostSetup setup =
          HostSetup.SMALL
              .blocks(12, round % 4 < 2 ? 0 : 10)
              .running(3, steps)
              .with(plugin)
              .naming(NAME, null, null);
      String done =
          "serving 12 requests with "
              + steps
              + " steps in flight, round "
              + round
              + " of seed "
              + trial.seed();
      try (HostUnderTest.Started started = host.start(setup)) {
        started.serve(Scene.crowd(trial.random(round), 12));
        plugin.onEngineThread(() -> {});
        complaints.requireNone(done);
        Scene.require(
            made.size() == 1, done + ": the scheduler was made " + made.size() + " times");
        List<String> open = made.getFirst().open();
        Scene.require(
            open.isEmpty(),
            done + ": all requests ended, and neither gone nor finished was told of " + open);
      }
    }
  }
}
