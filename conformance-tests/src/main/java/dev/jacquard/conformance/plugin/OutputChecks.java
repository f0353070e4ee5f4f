package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveRun;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.conformance.naive.PlainScheduling;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import java.util.List;

/// What comes out: tokens, and nothing on the standard streams.
final class OutputChecks {
  private static final int REQUESTS = 18;

  private OutputChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_20,
            "every token is the one that is computed without any plugin",
            OutputChecks::sameTokens,
            "a block in a table that holds other tokens",
            "a block given to somebody else while it is read",
            "a copy that was not handed out, or handed out twice"),
        Check.of(
            Rule.PLG_21,
            "nothing is written to the standard streams",
            OutputChecks::silent,
            "System.out.println left from debugging",
            "printStackTrace()"));
  }

  private static void sameTokens(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<Pairing> pairings;
          try (Opened opened = Opened.of(subject)) {
            pairings = Pairing.of(opened);
          }
          if (pairings.getFirst().manager() == null && pairings.getFirst().scheduler() == null) {
            throw new NotApplicable("the plugin offers no block manager and no scheduler");
          }
          for (Pairing pairing : pairings) {
            for (int round = 0; round < trial.rounds(12, 150); round++) {
              long seed = trial.random(round).nextLong();
              NaiveRun.Shape shape = NaiveRun.Shape.random(seed, 1 + round % 2);
              try (Opened opened = Opened.of(subject)) {
                run(opened, pairing, shape, seed);
              }
            }
          }
        });
  }

  private static void run(Opened opened, Pairing pairing, NaiveRun.Shape shape, long seed) {
    try {
      NaiveRun.run(
          shape,
          seed,
          opened.cacheListeners(),
          opened.requestListeners(),
          context -> manager(opened, pairing, context),
          context -> scheduler(opened, pairing, context));
    } catch (ConfigurationException e) {
      return; // a shape this component does not serve, and says so
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "requests served with "
              + pairing
              + " do not produce what they produce without blocks (seed "
              + seed
              + ", "
              + shape
              + "): "
              + (e instanceof AssertionError ? e.getMessage() : Require.first(e)),
          e);
    }
  }

  private static BlockSpaceManager manager(
      Opened opened, Pairing pairing, BlockSpaceContext context) {
    return pairing.manager() != null && context instanceof NaiveBlockSpaceContext space
        ? opened.create(pairing.manager(), space)
        : context.paged(new PlainEviction(context.deviceBlocks()));
  }

  private static Scheduler scheduler(Opened opened, Pairing pairing, SchedulerContext context) {
    return pairing.scheduler() != null && context instanceof NaiveSchedulerContext naive
        ? opened.create(pairing.scheduler(), naive)
        : context.continuousBatching(new PlainScheduling());
  }

  private static void silent(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters quarters = new Quarters(subject);
    List<String> written =
        StandardStreams.watch(quarters, () -> quarters.run(() -> everything(subject, trial)));
    Require.that(
        written.isEmpty(),
        () ->
            "opening, serving or closing wrote to "
                + String.join(" and to ", written)
                + "; log through System.Logger");
  }

  private static void everything(PluginUnderTest subject, Trial trial) throws Exception {
    long seed = trial.seed();
    List<Pairing> pairings;
    try (Opened opened = Opened.of(subject)) {
      pairings = Pairing.of(opened);
    }
    for (Pairing pairing : pairings) {
      try (Opened opened = Opened.of(subject)) {
        new PluginLife(opened, pairing, seed, REQUESTS, IndependenceChecks.usual(opened, seed))
            .live()
            .close();
        opened
            .instance()
            .resources()
            .forEach(each -> PluginLife.TENANTS.forEach(tenant -> each.list(tenant, 10)));
        opened.instance().panels();
      }
    }
    try (Opened opened = Opened.of(subject)) {
      Creation.of(opened).close();
    }
  }
}
