package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is left when a plugin was closed.
final class CloseChecks {
  private static final int REQUESTS = 12;
  private static final int HALF = 6;
  private static final long PATIENCE_MILLIS = 1_000;

  private CloseChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_7,
            "components and instance may be closed again, in any order",
            CloseChecks::closedAgain,
            "close gives something back a second time",
            "a field set to null by the first close"),
        Check.of(
            Rule.PLG_7,
            "components may be closed, and closed again, while requests run",
            CloseChecks::closedInTheMiddle,
            "close expects that everything was released before"),
        Check.of(
            Rule.PLG_7,
            "a backend may be closed again",
            CloseChecks::backendClosedAgain,
            "native memory freed twice"),
        Check.of(
            Rule.PLG_8,
            "no thread is left after a life was closed",
            CloseChecks::noThreadLeft,
            "an executor that is never shut down",
            "shutdown() without waiting for work that never ends"),
        Check.of(
            Rule.PLG_8,
            "no thread is left after create refused its configuration",
            CloseChecks::noThreadLeftAfterRefusal,
            "threads are started before the configuration was read",
            "what was opened first is not closed when a later step fails"));
  }

  private static void closedAgain(PluginUnderTest subject, Trial trial) throws Exception {
    closing(subject, trial, Integer.MAX_VALUE);
  }

  private static void closedInTheMiddle(PluginUnderTest subject, Trial trial) throws Exception {
    closing(subject, trial, HALF);
  }

  private static void closing(PluginUnderTest subject, Trial trial, int steps) throws Exception {
    Quarters.of(
        subject,
        () -> {
          for (Pairing pairing : pairings(subject)) {
            Opened opened = Opened.of(subject);
            try {
              PluginLife life = life(opened, pairing, trial.seed());
              for (int i = 0; i < steps && life.step(); i++) {}
              close("scheduler", pairing, "first time", life.scheduler());
              close("scheduler", pairing, "second time", life.scheduler());
              close("block manager", pairing, "first time", life.blocks());
              close("block manager", pairing, "second time", life.blocks());
              close("instance", pairing, "first time", opened.instance());
              close("instance", pairing, "second time", opened.instance());
              close("scheduler", pairing, "third time, after its instance", life.scheduler());
              close("block manager", pairing, "third time, after its instance", life.blocks());
            } finally {
              opened.context().remove();
            }
          }
        });
  }

  private static void close(String what, Pairing pairing, String turn, AutoCloseable closeable) {
    Require.quiet(
        "close() of the " + what + ", called for the " + turn + " (" + pairing + "),",
        closeable::close);
  }

  private static void backendClosedAgain(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          try (Opened opened = Opened.of(subject)) {
            List<KernelBackendFactory> factories = opened.backends();
            if (factories.isEmpty()) {
              throw new NotApplicable("the plugin offers no kernel backend that can run here");
            }
            for (KernelBackendFactory factory : factories) {
              KernelBackend backend = opened.create(factory);
              backend.activation(2, 8);
              for (String turn : List.of("first", "second", "third")) {
                Require.quiet(
                    "close() of kernel backend '"
                        + factory.name()
                        + "', called for the "
                        + turn
                        + " time,",
                    backend::close);
              }
            }
          }
        });
  }

  private static void noThreadLeft(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters quarters = new Quarters(subject);
    quarters.run(() -> {
      for (Pairing pairing : pairings(subject)) {
        try (Opened opened = Opened.of(subject)) {
          life(opened, pairing, trial.seed()).live().close();
          opened.instance().resources();
        }
      }
      try (Opened opened = Opened.of(subject);
          Creation _ = Creation.of(opened)) {
        opened.context().betweenSteps();
      }
    });
    requireNone(quarters, "everything that was made was closed");
  }

  private static void noThreadLeftAfterRefusal(PluginUnderTest subject, Trial trial)
      throws Exception {
    Quarters quarters = new Quarters(subject);
    quarters.run(() -> {
      List<RecordingConfig.Asked> keys = ConfigurationChecks.asked(subject);
      if (keys.isEmpty()) {
        throw new NotApplicable("the plugin reads no configuration");
      }
      for (RecordingConfig.Asked asked : keys) {
        String text = asked.wrong().isEmpty() ? asked.edge().getFirst() : asked.wrong().getFirst();
        Map<String, String> values = new HashMap<>(subject.configuration());
        values.put(asked.key(), text);
        try (Opened opened = Opened.with(subject, values);
            Creation _ = Creation.of(opened)) {
          opened.context().betweenSteps();
        } catch (ConfigurationException _) {
          // as PLG-9 wants it; what counts here is what it leaves behind
        }
      }
    });
    requireNone(quarters, "creation with wrong values of its keys, and close");
  }

  private static void requireNone(Quarters quarters, String after) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    for (Thread thread : quarters.threads()) {
      thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      Require.that(
          !thread.isAlive(),
          () -> {
            StackTraceElement[] at = thread.getStackTrace();
            return "after "
                + after
                + ", the thread '"
                + thread.getName()
                + "' still lives"
                + (at.length == 0 ? "" : ", at " + at[0]);
          });
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
