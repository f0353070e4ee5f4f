package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A plugin's fault stays the plugin's: PLG-18.
final class PluginFaultChecks {
  private static final String ORDER = "kit-order";
  private static final String REASON = "the kit's plugin fails as it was told";

  private PluginFaultChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_18,
            "a plugin that cannot be loaded is a line in the report, and the one beside it serves",
            PluginFaultChecks::broken,
            "one broken plugin ends the search for others"),
        Check.of(
            Rule.PLG_18,
            "a broken plugin ends the start when it was selected or the host is strict, with its own words",
            PluginFaultChecks::endsTheStart,
            "the message names what is missing and not why"),
        Check.of(
            Rule.PLG_18,
            "a listener that throws an exception is dropped, and others hear on",
            (host, trial) -> listeners(host, trial, Fuse.EXCEPTION),
            "a listener is called outside the guard",
            "a listener that failed is called again"),
        Check.of(
            Rule.PLG_18,
            "a listener whose jar lacks a class is dropped, and others hear on",
            (host, trial) -> listeners(host, trial, Fuse.ERROR),
            "the guard catches too little"),
        Check.of(
            Rule.PLG_18,
            "work on the engine thread that throws harms nobody",
            PluginFaultChecks::work,
            "what plugin work throws is taken for a fault of the scheduler",
            "the guard catches too little"),
        Check.of(
            Rule.PLG_18,
            "a parse that throws fails its own request and no other",
            PluginFaultChecks::parse,
            "what was taken for the request is not given back"));
  }

  /// A plugin that cannot say what it offers.
  private record Broken(int spiMajor, boolean lists) implements EnginePlugin {
    @Override
    public PluginDescriptor descriptor() {
      return new PluginDescriptor("kit-broken", "1.0.0", spiMajor, Spi.MINOR);
    }

    @Override
    public List<SchedulerFactory> schedulers() {
      if (lists) {
        throw new IllegalStateException(REASON);
      }
      return List.of();
    }
  }

  private static KitPlugin good() {
    return new KitPlugin("kit")
        .scheduler(ORDER, context -> context.continuousBatching(new ArrivalOrder()));
  }

  private static void broken(HostUnderTest host, Trial trial) {
    List<Ask> asks = Scene.strangers(trial.random(), 3, 12, 3);
    List<Answer> expected = Scene.expected(host, HostSetup.SMALL, asks);
    for (Broken broken : List.of(new Broken(Spi.MAJOR, true), new Broken(Spi.MAJOR + 1, false))) {
      String sign = broken.lists() ? REASON : "kit-broken";
      KitPlugin good = good();
      HostSetup setup = HostSetup.SMALL.with(broken, good).naming(ORDER, null, null);
      String done =
          broken.lists()
              ? "installing a plugin whose schedulers() throws beside one that is selected"
              : "installing a plugin for another major version of the SPI beside one that is selected";
      try (HostUnderTest.Started started = start(host, setup, done)) {
        Scene.requireSame(done, expected, started.serve(asks));
        Scene.require(
            good.opened() == 1, done + ": the good one was opened " + good.opened() + " times");
        Scene.require(
            started.problems().stream().anyMatch(line -> line.contains(sign)),
            done + ": no line of the report contains '" + sign + "': " + started.problems());
      }
    }
  }

  private static HostUnderTest.Started start(HostUnderTest host, HostSetup setup, String done) {
    try {
      return host.start(setup);
    } catch (RuntimeException e) {
      throw new AssertionError(done + " ended the start: " + e.getMessage(), e);
    }
  }

  private static void endsTheStart(HostUnderTest host, Trial trial) {
    Broken broken = new Broken(Spi.MAJOR, true);
    SelectionChecks.requireRefused(
        host,
        HostSetup.SMALL.with(broken, good()).naming("kit-lost", null, null),
        "naming a scheduler of a plugin that cannot be loaded",
        "kit-lost",
        REASON);
    SelectionChecks.requireRefused(
        host,
        HostSetup.SMALL.with(broken, good()).strictly(),
        "starting strictly with a plugin that cannot be loaded",
        REASON);
  }

  /// Counts what a well-behaved neighbour hears.
  private static final class Neighbour implements RequestListener {
    private final Set<Long> submitted = new HashSet<>();
    private final Set<Long> finished = new HashSet<>();

    @Override
    public void submitted(SequenceView sequence) {
      submitted.add(sequence.request().serial());
    }

    @Override
    public void finished(SequenceView sequence, FinishReason reason) {
      finished.add(sequence.request().serial());
    }
  }

  private static void listeners(HostUnderTest host, Trial trial, Callable<@Nullable Object> fault) {
    int steps = 1;
    for (String method : List.of("opened", "stored", "hit", "released", "removed", "moved")) {
      Fuse fuse = Fuse.always(method, 2, fault);
      CacheListener bad = fuse.before(CacheListener.class, new CacheListener() {});
      listeners(host, trial, new KitPlugin("kit").listener(bad), fuse, steps);
      steps = 3 - steps;
    }
    for (String method : List.of("submitted", "computed", "preempted", "finished")) {
      Fuse fuse = Fuse.always(method, 2, fault);
      RequestListener bad = fuse.before(RequestListener.class, new RequestListener() {});
      listeners(host, trial, new KitPlugin("kit").listener(bad), fuse, steps);
      steps = 3 - steps;
    }
  }

  private static void listeners(
      HostUnderTest host, Trial trial, KitPlugin plugin, Fuse fuse, int steps) {
    List<Ask> asks = Scene.crowd(trial.random(), 10);
    Neighbour neighbour = new Neighbour();
    CachePicture picture = new CachePicture(new Complaints());
    plugin.listener(neighbour).listener(picture);
    HostSetup setup = HostSetup.SMALL.blocks(14, 0).running(3, steps);
    String done =
        "serving 10 requests with " + steps + " steps in flight while a listener fails in " + fuse;
    List<Answer> expected = Scene.expected(host, setup, asks);
    try (HostUnderTest.Started started = host.start(setup.with(plugin).enabling("kit"))) {
      Scene.requireSame(done, expected, started.serve(asks));
      plugin.onEngineThread(() -> {});
      Scene.require(
          fuse.callsAfter() == 0,
          done + ": after its fault the listener was called " + fuse.callsAfter() + " times");
      Scene.require(
          neighbour.submitted.size() == 10 && neighbour.finished.size() == 10,
          done
              + ": the listener beside it heard of "
              + neighbour.submitted.size()
              + " submitted and "
              + neighbour.finished.size()
              + " finished requests of 10");
      Scene.require(
          picture.timesCleared() == 0,
          done + ": the block manager was made anew for a fault that is none of its own");
    }
  }

  private static void work(HostUnderTest host, Trial trial) {
    for (Callable<@Nullable Object> fault : List.of(Fuse.EXCEPTION, Fuse.ERROR)) {
      List<Ask> asks = Scene.crowd(trial.random(), 6);
      List<Answer> expected = Scene.expected(host, HostSetup.SMALL, asks);
      KitPlugin plugin = new KitPlugin("kit");
      // each step computes something, and then the next thing the engine does is to fail
      plugin.listener(
          new RequestListener() {
            @Override
            public void computed(
                SequenceView sequence, int from, int to, int stepTokens, long nanos) {
              plugin.context().onEngineThread(() -> run(fault));
            }
          });
      String done =
          "serving 6 requests while a plugin's work on the engine thread fails after each step";
      try (HostUnderTest.Started started =
          host.start(HostSetup.SMALL.with(plugin).enabling("kit"))) {
        Scene.requireSame(done, expected, started.serve(asks));
        Scene.require(started.serving(), done + ": the host says that it serves no more");
      }
    }
  }

  @SuppressWarnings("CheckedExceptionNotThrown") // a Callable may declare more than it throws
  private static void run(Callable<@Nullable Object> fault) {
    try {
      fault.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void parse(HostUnderTest host, Trial trial) {
    List<Ask> asks = Scene.strangers(trial.random(), 4, 12, 3);
    for (Callable<@Nullable Object> fault : List.of(Fuse.EXCEPTION, Fuse.ERROR)) {
      KitPlugin plugin =
          new KitPlugin("kit")
              .parsing((hints, tenant) -> {
                if (tenant.equals("unlucky")) {
                  run(fault);
                }
                return null;
              });
      String done = "serving 4 requests, the second of a tenant for whom a plugin's parse throws";
      try (HostUnderTest.Started started =
          host.start(HostSetup.SMALL.with(plugin).enabling("kit"))) {
        for (int round = 0; round < 3; round++) {
          List<Answer> seen =
              started.serve(
                  List.of(asks.get(0), asks.get(1).of("unlucky", ""), asks.get(2), asks.get(3)));
          for (int i = 0; i < seen.size(); i++) {
            Scene.require(
                (i == 1) != (seen.get(i) instanceof Answer.Served),
                done + ": request " + i + ": " + Scene.tell(seen.get(i)));
          }
        }
        Scene.require(started.serving(), done + ": the host says that it serves no more");
      }
    }
  }
}
