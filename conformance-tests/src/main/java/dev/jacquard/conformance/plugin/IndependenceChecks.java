package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.HintField;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Two engines in one process, each as if it were alone.
final class IndependenceChecks {
  private static final int REQUESTS = 18;
  private static final int WIDTH = 32;

  private IndependenceChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_6,
            "open answers an object of its own each time",
            IndependenceChecks::otherObjects,
            "the instance is kept in a field of the plugin or a static one"),
        Check.of(
            Rule.PLG_6,
            "two engines side by side do what each does alone",
            IndependenceChecks::sideBySide,
            "static fields",
            "state in the factory, which all engines share"),
        Check.of(
            Rule.PLG_6,
            "components made anew after the first ones were closed work like new",
            IndependenceChecks::madeAnew,
            "create gives the old object again",
            "state by sequence id that nobody cleared"),
        Check.of(
            Rule.PLG_6,
            "closing one backend leaves the other alone",
            IndependenceChecks::backends,
            "a device context or a thread pool that all backends share"),
        Check.of(
            Rule.PLG_11,
            "a component works with the instance of its own engine",
            IndependenceChecks::ownInstance,
            "the instance is found through a static field instead of context.instance(...)",
            "the last opened instance wins"));
  }

  private static void otherObjects(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          try (Opened one = Opened.of(subject);
              Opened other = Opened.of(subject)) {
            Require.that(
                !same(one.instance(), other.instance())
                    || same(one.instance(), PluginInstance.NOTHING_SHARED),
                () -> "open answered the same " + one.instance() + " for two engines");
          }
        });
  }

  private static void sideBySide(PluginUnderTest subject, Trial trial) throws Exception {
    together(
        subject,
        trial,
        (one, other, pairing, seeds) -> {
          PluginLife first = life(one, pairing, seeds[0]);
          Opened second = other.open();
          return new PluginLife[] {first, life(second, pairing, seeds[1])};
        });
  }

  private static void ownInstance(PluginUnderTest subject, Trial trial) throws Exception {
    together(
        subject,
        trial,
        (one, other, pairing, seeds) -> {
          Opened second = other.open();
          PluginLife first = life(one, pairing, seeds[0]);
          return new PluginLife[] {first, life(second, pairing, seeds[1])};
        });
  }

  @FunctionalInterface
  private interface Opening {
    Opened open();
  }

  @FunctionalInterface
  private interface Beginning {
    PluginLife[] begin(Opened one, Opening other, Pairing pairing, long[] seeds);
  }

  /// Lives that begin as `beginning` says and go on step by step in turns, beside the same lives alone.
  private static void together(PluginUnderTest subject, Trial trial, Beginning beginning)
      throws Exception {
    Quarters.of(
        subject,
        () -> {
          for (Pairing pairing : pairings(subject)) {
            for (int round = 0; round < trial.rounds(2, 12); round++) {
              long[] seeds = {trial.seed() + 2L * round, trial.seed() + 2L * round + 1};
              List<List<String>> alone =
                  List.of(alone(subject, pairing, seeds[0]), alone(subject, pairing, seeds[1]));
              try (Opened one = Opened.of(subject);
                  Later other = new Later(subject)) {
                PluginLife[] lives = beginning.begin(one, other::open, pairing, seeds);
                try {
                  takeTurns(lives);
                } finally {
                  Arrays.asList(lives).forEach(PluginLife::close);
                }
                for (int i = 0; i < lives.length; i++) {
                  compare(pairing, seeds[i], alone.get(i), lives[i].trace());
                }
              }
            }
          }
        });
  }

  private static final class Later implements AutoCloseable {
    private final PluginUnderTest subject;
    private Opened[] opened = {};

    Later(PluginUnderTest subject) {
      this.subject = subject;
    }

    Opened open() {
      Opened one = Opened.of(subject);
      opened = new Opened[] {one};
      return one;
    }

    @Override
    public void close() {
      Arrays.asList(opened).forEach(Opened::close);
    }
  }

  private static void takeTurns(PluginLife[] lives) {
    boolean[] busy = new boolean[lives.length];
    Arrays.fill(busy, true);
    try {
      while (busy[0] || busy[1]) {
        for (int i = 0; i < lives.length; i++) {
          busy[i] = busy[i] && lives[i].step();
        }
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "two engines in one process, step by step in turns: one of them fails, alone it does not: "
              + Require.first(e),
          e);
    }
  }

  private static List<String> alone(PluginUnderTest subject, Pairing pairing, long seed) {
    try (Opened opened = Opened.of(subject);
        PluginLife life = life(opened, pairing, seed)) {
      while (life.step()) {}
      return life.trace();
    }
  }

  private static void compare(Pairing pairing, long seed, List<String> alone, List<String> beside) {
    for (int step = 0; step < Math.min(alone.size(), beside.size()); step++) {
      int at = step;
      Require.that(
          alone.get(step).equals(beside.get(step)),
          () ->
              "the same requests (seed "
                  + seed
                  + ", "
                  + pairing
                  + ") are served otherwise when a second engine runs in the process. Step "
                  + at
                  + " alone: "
                  + alone.get(at)
                  + ". Beside the other: "
                  + beside.get(at));
    }
    Require.that(
        alone.size() == beside.size(),
        () ->
            "the same requests (seed "
                + seed
                + ", "
                + pairing
                + ") take "
                + alone.size()
                + " steps alone and "
                + beside.size()
                + " beside a second engine");
  }

  private static void madeAnew(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          for (Pairing pairing : pairings(subject)) {
            try (Opened opened = Opened.of(subject)) {
              PluginLife first = life(opened, pairing, trial.seed());
              first.live().close();
              Require.quiet(
                  "a second life with "
                      + pairing
                      + " of the same instance (seed "
                      + trial.seed()
                      + ")",
                  () -> {
                    PluginLife second = life(opened, pairing, trial.seed() + 1);
                    Require.that(
                        pairing.manager() == null || !same(second.blocks(), first.blocks()),
                        () -> "create answered the block manager that was closed before");
                    second.live().close();
                  });
            }
          }
        });
  }

  private static void backends(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          try (Opened one = Opened.of(subject);
              Opened other = Opened.of(subject)) {
            List<KernelBackendFactory> factories = one.backends();
            if (factories.isEmpty()) {
              throw new NotApplicable("the plugin offers no kernel backend that can run here");
            }
            for (KernelBackendFactory factory : factories) {
              try (KernelBackend backend = one.create(factory)) {
                KernelBackend second = other.create(factory);
                Require.that(
                    !same(backend, second),
                    () ->
                        "create of kernel backend '" + factory.name() + "' gave one object twice");
                second.close();
                Require.quiet(
                    "kernel backend '" + factory.name() + "', after another one was closed,",
                    () -> keepsNumbers(backend, factory.name()));
              }
            }
          }
        });
  }

  private static void keepsNumbers(KernelBackend backend, String name) {
    try (Arena arena = Arena.ofConfined()) {
      Tensor tensor = backend.activation(1, WIDTH);
      MemorySegment from = arena.allocate(ValueLayout.JAVA_FLOAT, WIDTH);
      MemorySegment into = arena.allocate(ValueLayout.JAVA_FLOAT, WIDTH);
      for (int i = 0; i < WIDTH; i++) {
        from.setAtIndex(ValueLayout.JAVA_FLOAT, i, i - 3.5f);
      }
      backend.uploadRows(tensor, 0, 1, from);
      backend.downloadRows(tensor, 0, 1, into);
      backend.synchronize();
      backend.free(tensor);
      Require.that(
          from.mismatch(into) < 0,
          () -> "kernel backend '" + name + "' lost numbers after another one was closed");
    }
  }

  @SuppressWarnings("ReferenceEquality") // whether it is one object is the question
  private static boolean same(Object one, Object other) {
    return one == other;
  }

  private static List<Pairing> pairings(PluginUnderTest subject) {
    try (Opened opened = Opened.of(subject)) {
      return Pairing.of(opened);
    }
  }

  private static PluginLife life(Opened opened, Pairing pairing, long seed) {
    return new PluginLife(opened, pairing, seed, REQUESTS, usual(opened, seed));
  }

  /// Well-behaved hints, the same for the same seed.
  static Hinting usual(Opened opened, long seed) {
    List<HintField> fields = opened.hintFields();
    return number -> OddHints.usual(fields, new SplittableRandom(seed * 31 + number));
  }
}
