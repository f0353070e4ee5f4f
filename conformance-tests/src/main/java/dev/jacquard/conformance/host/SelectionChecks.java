package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.kernel.KernelBackend;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Which components an engine runs with: PLG-19.
final class SelectionChecks {
  private static final String MISSING = "the device is not plugged in";

  private SelectionChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_19,
            "what is installed and not named is neither opened nor made",
            SelectionChecks::nothingTakesOver,
            "the last plugin found wins",
            "a backend of a higher priority is taken although nobody said auto"),
        Check.of(
            Rule.PLG_19,
            "what is named is opened once and made once; of an enabled plugin, everything",
            SelectionChecks::named,
            "enabling a plugin selects some of its components only"),
        Check.of(
            Rule.PLG_19,
            "auto takes the available backend of the highest priority",
            SelectionChecks::auto,
            "the first found is taken",
            "an unavailable backend ends the start"),
        Check.of(
            Rule.PLG_19,
            "a name that nobody offers, or an unavailable backend, is an error that says what there is",
            SelectionChecks::missing,
            "silent fallback to reference"),
        Check.of(
            Rule.PLG_19,
            "all problems of a start are reported together",
            SelectionChecks::together,
            "the first problem ends the search for others"));
  }

  /// A plugin that offers one of each kind, and counts.
  private static final class Offers {
    final AtomicInteger schedulers = new AtomicInteger();
    final AtomicInteger managers = new AtomicInteger();
    final AtomicInteger backends = new AtomicInteger();
    final KitPlugin plugin;

    Offers(String id, int priority, Availability probed) {
      plugin =
          new KitPlugin(id)
              .scheduler(
                  id + "-order",
                  context -> {
                    schedulers.incrementAndGet();
                    return context.continuousBatching(new ArrivalOrder());
                  })
              .manager(
                  id + "-blocks",
                  context -> {
                    managers.incrementAndGet();
                    return context.paged(new LruOrder(context.deviceBlocks()));
                  })
              .backend(new KitBackends(id + "-backend", priority, probed, this::backend));
    }

    private KernelBackend backend() {
      backends.incrementAndGet();
      return new IdleBackend();
    }

    String made() {
      return plugin.opened()
          + " times opened; made "
          + schedulers
          + " schedulers, "
          + managers
          + " managers, "
          + backends
          + " backends";
    }
  }

  private static Offers offers(String id, int priority) {
    return new Offers(id, priority, new Availability.Available("nothing"));
  }

  private static void serve(HostUnderTest host, HostSetup setup, Trial trial) {
    for (Answer answer : Scene.serve(host, setup, Scene.strangers(trial.random(), 2, 12, 2))) {
      Scene.require(
          answer instanceof Answer.Served, "a request was not served: " + Scene.tell(answer));
    }
  }

  private static void requireMade(
      Offers offers, String done, int opened, int schedulers, int managers, int backends) {
    Scene.require(
        offers.plugin.opened() == opened
            && offers.schedulers.get() == schedulers
            && offers.managers.get() == managers
            && offers.backends.get() == backends,
        done
            + ": the plugin was "
            + offers.made()
            + "; expected "
            + opened
            + ", "
            + schedulers
            + ", "
            + managers
            + ", "
            + backends);
  }

  private static void nothingTakesOver(HostUnderTest host, Trial trial) {
    Offers offers = offers("kit", 1_000);
    serve(host, HostSetup.SMALL.with(offers.plugin), trial);
    requireMade(offers, "serving with a plugin installed that nobody named", 0, 0, 0, 0);
  }

  private static void named(HostUnderTest host, Trial trial) {
    for (int which = 1; which < 8; which++) {
      Offers offers = offers("kit", 0);
      int scheduler = which & 1;
      int manager = which >> 1 & 1;
      int backend = which >> 2 & 1;
      HostSetup setup =
          HostSetup.SMALL
              .with(offers.plugin)
              .naming(
                  scheduler == 1 ? "kit-order" : null,
                  manager == 1 ? "kit-blocks" : null,
                  backend == 1 ? "kit-backend" : null);
      serve(host, setup, trial);
      requireMade(
          offers,
          "naming scheduler "
              + setup.scheduler()
              + ", manager "
              + setup.blockManager()
              + ", backend "
              + setup.kernelBackend(),
          1,
          scheduler,
          manager,
          backend);
    }
    Offers offers = offers("kit", 0);
    serve(host, HostSetup.SMALL.with(offers.plugin).enabling("kit"), trial);
    requireMade(offers, "enabling the plugin kit", 1, 1, 1, 1);
  }

  private static void auto(HostUnderTest host, Trial trial) {
    Offers low = offers("kit-low", 700);
    Offers high = offers("kit-high", 800);
    Offers absent = new Offers("kit-absent", 900, new Availability.Unavailable(MISSING));
    HostSetup setup =
        HostSetup.SMALL.with(low.plugin, absent.plugin, high.plugin).naming(null, null, "auto");
    serve(host, setup, trial);
    String done =
        "kernel backend auto with backends of priority 700, 800 and 900, of which the last is unavailable";
    requireMade(low, done, 0, 0, 0, 0);
    requireMade(high, done, 1, 0, 0, 1);
    requireMade(absent, done, 0, 0, 0, 0);
  }

  private static void missing(HostUnderTest host, Trial trial) {
    Offers offers = offers("kit", 0);
    HostSetup setup = HostSetup.SMALL.with(offers.plugin);
    requireRefused(
        host,
        setup.naming("kit-odrer", null, null),
        "naming the scheduler kit-odrer",
        "kit-odrer",
        "kit-order",
        "reference");
    requireRefused(
        host,
        setup.naming(null, "kit-bolcks", null),
        "naming the block manager kit-bolcks",
        "kit-bolcks",
        "kit-blocks",
        "reference");
    requireRefused(
        host,
        setup.naming(null, null, "kit-bakcend"),
        "naming the kernel backend kit-bakcend",
        "kit-bakcend",
        "kit-backend",
        "reference");
    requireRefused(
        host,
        setup.naming("auto", null, null),
        "naming the scheduler auto, which is for backends",
        "auto");
    requireRefused(host, setup.enabling("ikt"), "enabling the plugin ikt", "ikt", "kit");
    requireMade(offers, "after starts that were refused", 0, 0, 0, 0);
    Offers absent = new Offers("kit", 900, new Availability.Unavailable(MISSING));
    requireRefused(
        host,
        HostSetup.SMALL.with(absent.plugin).naming(null, null, "kit-backend"),
        "naming a kernel backend that is unavailable",
        "kit-backend",
        MISSING);
  }

  private static void together(HostUnderTest host, Trial trial) {
    Offers absent = new Offers("kit", 900, new Availability.Unavailable(MISSING));
    requireRefused(
        host,
        HostSetup.SMALL
            .with(absent.plugin)
            .naming("kit-odrer", "kit-bolcks", "kit-backend")
            .enabling("nobody"),
        "naming a scheduler and a manager that nobody offers, an unavailable backend and a plugin that"
            + " is not there",
        "kit-odrer",
        "kit-bolcks",
        MISSING,
        "nobody");
  }

  /// Starts, and expects an error that contains all of `words`.
  static void requireRefused(HostUnderTest host, HostSetup setup, String done, String... words) {
    try (HostUnderTest.Started started = host.start(setup)) {
      throw new AssertionError(
          done
              + " must end the start; the host started"
              + (started.serving() ? " and says that it serves" : ""));
    } catch (EngineException e) {
      for (String word : words) {
        Scene.require(
            String.valueOf(e.getMessage()).contains(word),
            done + ": the error must contain '" + word + "', it is: " + e.getMessage());
      }
    }
  }
}
