package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// What a plugin measures.
final class MetricChecks {
  private static final int REQUESTS = 18;
  private static final int HALF = 8;
  private static final long PATIENCE_MILLIS = 1_000;

  private MetricChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_15,
            "metrics have Prometheus names, and one name one kind and one set of labels",
            MetricChecks::registered,
            "a dash or a dot in a name",
            "labels added in one place and not in the other",
            "with(...) with too few values"),
        Check.of(
            Rule.PLG_15,
            "gauges answer on any thread, at any time, without the engine thread",
            MetricChecks::gauges,
            "a gauge asks the engine thread and waits for it",
            "a gauge reads a component that is closed already"));
  }

  private static void registered(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<Pairing> pairings = pairings(subject);
          try (Opened opened = Opened.of(subject)) {
            int life = 0;
            for (Pairing pairing : pairings) {
              for (int again = 0; again < 2; again++) {
                life(opened, pairing, trial.seed() + life++).live().close();
              }
            }
            Creation.of(opened).close();
            opened.context().betweenSteps();
            List<String> complaints = opened.context().metrics().complaints();
            Require.that(
                complaints.isEmpty(),
                () -> complaints.stream().distinct().limit(5).toList().toString());
          }
        });
  }

  private static void gauges(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          int seen = 0;
          for (Pairing pairing : pairings(subject)) {
            try (Opened opened = Opened.of(subject)) {
              try (PluginLife life = life(opened, pairing, trial.seed())) {
                read(opened, "before the first step");
                for (int i = 0; i < HALF && life.step(); i++) {}
                read(opened, "between two steps");
              }
              read(opened, "after the components were closed");
              seen += opened.context().metrics().gauges().size();
            }
          }
          if (seen == 0) {
            throw new NotApplicable("the plugin registers no gauge");
          }
        });
  }

  /// Reads each gauge on another thread while this one, the engine's, waits.
  private static void read(Opened opened, String when) throws InterruptedException {
    for (var gauge : opened.context().metrics().gauges().entrySet()) {
      String who = "the gauge '" + gauge.getKey() + "', read on another thread " + when + ",";
      AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
      DoubleSupplier value = gauge.getValue();
      Thread reader =
          new Thread(
              () -> {
                try {
                  double _ = value.getAsDouble();
                } catch (Throwable e) {
                  thrown.set(e);
                }
              },
              "scrape");
      reader.setDaemon(true);
      reader.start();
      reader.join(PATIENCE_MILLIS);
      boolean blocked = reader.isAlive();
      if (blocked) {
        reader.interrupt();
      }
      Require.that(!blocked, () -> who + " blocks while the engine thread is busy");
      Throwable e = thrown.get();
      Require.that(e == null, () -> who + " threw " + (e == null ? "nothing" : Require.first(e)));
    }
  }

  private static List<Pairing> pairings(PluginUnderTest subject) {
    try (Opened opened = Opened.of(subject)) {
      return Pairing.of(opened);
    }
  }

  private static PluginLife life(Opened opened, Pairing pairing, long seed) {
    return new PluginLife(opened, pairing, seed, REQUESTS, IndependenceChecks.usual(opened, seed));
  }
}
