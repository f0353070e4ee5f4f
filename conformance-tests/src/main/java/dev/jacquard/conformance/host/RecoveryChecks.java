package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.PluginException;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.schedule.Scheduler;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Schedulers, managers and backends that fail: SCH-22.
final class RecoveryChecks {
  private static final String ORDER = "kit-order";
  private static final String BLOCKS = "kit-blocks";
  private static final String BACKEND = "kit-backend";
  private static final List<String> SCHEDULER_METHODS = List.of("plan", "complete", "submit");
  private static final List<String> MANAGER_METHODS =
      List.of(
          "admit", "reserve", "commit", "release", "planning", "drainCopies", "copyTable", "peek");
  private static final String[] CAUSES = {
    "an exception is caught in one of the places where it may come, not in all",
    "what had not started is forgotten, or fails with the rest",
    "something of the old scheduler or manager is used on"
  };

  private RecoveryChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.SCH_22,
            "a scheduler or manager that throws once fails what it had begun, with the code of its fault",
            (host, trial) -> recovers(host, trial, coded()),
            CAUSES),
        Check.of(
            Rule.SCH_22,
            "a scheduler or manager that throws an exception without a code is made anew",
            (host, trial) -> recovers(host, trial, Fuse.EXCEPTION),
            CAUSES),
        Check.of(
            Rule.SCH_22,
            "a scheduler or manager whose jar lacks a class is made anew",
            (host, trial) -> recovers(host, trial, Fuse.ERROR),
            CAUSES),
        Check.of(
            Rule.SCH_22,
            "a scheduler that throws at each plan fails all requests, and the host goes on answering",
            RecoveryChecks::always,
            "requests are submitted again without end"),
        Check.of(
            Rule.SCH_22,
            "one or two failed steps in a row harm nobody",
            RecoveryChecks::twoFailures,
            "tokens of a failed step are used",
            "copies of a failed step are lost"),
        Check.of(
            Rule.SCH_22,
            "three failed steps in a row fail what had computed something, and nothing else",
            RecoveryChecks::threeFailures,
            CAUSES),
        Check.of(
            Rule.SCH_22,
            "a lost backend fails everything, and the host serves no more",
            RecoveryChecks::lost,
            "the host tries on with a backend of which only close works"));
  }

  private static Callable<@Nullable Object> coded() {
    return () -> {
      throw new PluginException(KitCode.BROKEN, "the kit's plugin fails as it was told", null);
    };
  }

  private static Callable<@Nullable Object> backendFault(BackendException.Severity severity) {
    return () -> {
      throw new BackendException(
          KitCode.BROKEN, severity, "the kit's backend fails as it was told", null);
    };
  }

  private static void recovers(HostUnderTest host, Trial trial, Callable<@Nullable Object> fault) {
    boolean named = !fault.equals(Fuse.EXCEPTION) && !fault.equals(Fuse.ERROR);
    int steps = 1;
    for (String method : SCHEDULER_METHODS) {
      recovers(host, trial, Scheduler.class, method, steps, fault, named);
      steps = 3 - steps;
    }
    for (String method : MANAGER_METHODS) {
      recovers(host, trial, BlockSpaceManager.class, method, steps, fault, named);
      steps = 3 - steps;
    }
  }

  /// One run in which the scheduler, or else the manager, fails once.
  private static void recovers(
      HostUnderTest host,
      Trial trial,
      Class<?> component,
      String method,
      int steps,
      Callable<@Nullable Object> fault,
      boolean named) {
    Progress progress = new Progress();
    int at = method.equals("submit") || method.equals("release") ? 1 : 5;
    Fuse fuse = Fuse.once(method, at, freezing(progress, fault));
    AtomicInteger schedulers = new AtomicInteger();
    AtomicInteger managers = new AtomicInteger();
    KitPlugin plugin =
        new KitPlugin("kit")
            .listener(progress)
            .scheduler(
                ORDER,
                context -> {
                  schedulers.incrementAndGet();
                  Scheduler made = context.continuousBatching(new ArrivalOrder());
                  return progress.watching(
                      component == Scheduler.class ? fuse.before(Scheduler.class, made) : made);
                })
            .manager(
                BLOCKS,
                context -> {
                  managers.incrementAndGet();
                  BlockSpaceManager made = context.paged(new LruOrder(context.deviceBlocks()));
                  return component == Scheduler.class
                      ? made
                      : fuse.before(BlockSpaceManager.class, made);
                });
    HostSetup setup = HostSetup.SMALL.running(2, steps);
    List<Ask> asks = Scene.strangers(trial.random(), 7, 20, 6);
    String done =
        "serving 7 requests, two at a time with "
            + steps
            + " steps in flight, while the "
            + (component == Scheduler.class ? "scheduler" : "manager")
            + " fails in "
            + fuse;
    List<Answer> expected = Scene.expected(host, setup, asks);
    try (HostUnderTest.Started started =
        host.start(setup.with(plugin).naming(ORDER, BLOCKS, null))) {
      List<Answer> seen = started.serve(asks);
      if (!fuse.blown()) {
        return; // this host has no use for the method
      }
      judge(done, progress, expected, seen, named);
      Scene.require(
          schedulers.get() == 2 && managers.get() == 2,
          done
              + ": schedulers were made "
              + schedulers
              + " times and managers "
              + managers
              + " times, expected 2 and 2");
      goesOn(done, started, asks);
    }
  }

  private static Callable<@Nullable Object> freezing(
      Progress progress, Callable<@Nullable Object> fault) {
    return () -> {
      progress.freeze();
      return fault.call();
    };
  }

  private static void judge(
      String done, Progress progress, List<Answer> expected, List<Answer> seen, boolean named) {
    for (int i = 0; i < seen.size(); i++) {
      String what = done + ": request " + i;
      if (progress.hadNotStarted(i)) {
        Scene.requireSame(done + " (which had not started)", i, expected.get(i), seen.get(i));
      } else if (seen.get(i) instanceof Answer.Failed(Throwable why)) {
        Scene.require(
            why instanceof EngineException,
            what + " failed with something that has no code: " + why);
        Scene.require(
            !named
                || (why instanceof EngineException e
                    && e.code().code().equals(KitCode.BROKEN.code())),
            what + " must fail with the code kit.broken: " + Scene.tell(seen.get(i)));
      } else {
        Scene.require(
            !progress.wasUnderWay(i),
            what
                + " had computed something when the fault came and must fail, but: "
                + Scene.tell(seen.get(i)));
        Scene.requireSame(done, i, expected.get(i), seen.get(i));
      }
    }
  }

  private static void goesOn(String done, HostUnderTest.Started started, List<Ask> asks) {
    Scene.require(started.serving(), done + ": the host says that it serves no more");
    for (Answer answer : started.serve(asks)) {
      Scene.require(
          answer instanceof Answer.Served(var tokens, var _)
              && tokens.size() == asks.getFirst().maxTokens(),
          done + ", and then the same requests once more: " + Scene.tell(answer));
    }
  }

  private static void always(HostUnderTest host, Trial trial) {
    Fuse fuse = Fuse.always("plan", 1, Fuse.EXCEPTION);
    KitPlugin plugin =
        new KitPlugin("kit")
            .scheduler(
                ORDER,
                context ->
                    fuse.before(Scheduler.class, context.continuousBatching(new ArrivalOrder())));
    List<Ask> asks = Scene.strangers(trial.random(), 3, 10, 4);
    HostSetup setup = HostSetup.SMALL.with(plugin).naming(ORDER, null, null);
    for (Answer answer : Scene.serve(host, setup, asks)) {
      Scene.require(
          answer instanceof Answer.Failed,
          "a scheduler throws at each plan: each request must fail, but: " + Scene.tell(answer));
    }
  }

  /// A run with the kit's idle backend, of which `embed` fails.
  private static List<Answer> withBackend(
      HostUnderTest host, HostSetup setup, List<Ask> asks, Fuse fuse, Progress progress) {
    KitPlugin plugin =
        new KitPlugin("kit")
            .listener(progress)
            .scheduler(
                ORDER, context -> progress.watching(context.continuousBatching(new ArrivalOrder())))
            .backend(
                KitBackends.of(BACKEND, () -> fuse.before(KernelBackend.class, new IdleBackend())));
    return Scene.serve(host, setup.with(plugin).naming(ORDER, null, BACKEND), asks);
  }

  private static List<Answer> undisturbed(HostUnderTest host, HostSetup setup, List<Ask> asks) {
    Fuse never = Fuse.once("embed", Integer.MAX_VALUE, Fuse.EXCEPTION);
    return withBackend(host, setup, asks, never, new Progress());
  }

  private static void twoFailures(HostUnderTest host, Trial trial) {
    List<Ask> asks = Scene.crowd(trial.random(), 7);
    for (int steps = 1; steps <= 2; steps++) {
      HostSetup setup = HostSetup.SMALL.blocks(12, 6).running(2, steps);
      List<Answer> expected = undisturbed(host, setup, asks);
      for (int times = 1; times <= 2; times++) {
        for (int at : new int[] {1, 2, 5, 12}) {
          Fuse fuse =
              Fuse.repeated(
                  "embed", at, times, backendFault(BackendException.Severity.STEP_FAILED));
          List<Answer> seen = withBackend(host, setup, asks, fuse, new Progress());
          Scene.requireSame(
              "serving 7 requests with "
                  + steps
                  + " steps in flight while the backend fails in "
                  + fuse
                  + " (STEP_FAILED)",
              expected,
              seen);
        }
      }
    }
  }

  private static void threeFailures(HostUnderTest host, Trial trial) {
    List<Ask> asks = Scene.strangers(trial.random(), 7, 20, 6);
    for (int steps = 1; steps <= 2; steps++) {
      HostSetup setup = HostSetup.SMALL.running(2, steps);
      List<Answer> expected = undisturbed(host, setup, asks);
      Progress progress = new Progress();
      AtomicInteger failures = new AtomicInteger();
      Fuse fuse =
          Fuse.repeated(
              "embed",
              6,
              3,
              () -> {
                if (failures.incrementAndGet() == 3) {
                  progress.freeze();
                }
                return backendFault(BackendException.Severity.STEP_FAILED).call();
              });
      List<Answer> seen = withBackend(host, setup, asks, fuse, progress);
      String done =
          "serving 7 requests with "
              + steps
              + " steps in flight while the backend fails in "
              + fuse
              + " (STEP_FAILED)";
      judge(done, progress, expected, seen, true);
      Scene.require(
          seen.stream().anyMatch(Answer.Failed.class::isInstance),
          done + ": nobody failed, although scheduler and manager must be made anew");
    }
  }

  private static void lost(HostUnderTest host, Trial trial) {
    List<Ask> asks = Scene.strangers(trial.random(), 5, 20, 6);
    for (int steps = 1; steps <= 2; steps++) {
      Fuse fuse = Fuse.always("embed", 4, backendFault(BackendException.Severity.BACKEND_LOST));
      KitPlugin plugin =
          new KitPlugin("kit")
              .backend(
                  KitBackends.of(
                      BACKEND, () -> fuse.before(KernelBackend.class, new IdleBackend())));
      HostSetup setup = HostSetup.SMALL.running(2, steps).with(plugin).naming(null, null, BACKEND);
      String done =
          "the backend is lost in the fourth of "
              + asks.size()
              + " requests' steps, "
              + steps
              + " in flight";
      try (HostUnderTest.Started started = host.start(setup)) {
        for (Answer answer : started.serve(asks)) {
          requireLost(done, answer);
        }
        Scene.require(!started.serving(), done + ": the host says that it goes on serving");
        requireLost(done + ", and one more request", started.serve(asks.subList(0, 1)).getFirst());
      }
    }
  }

  private static void requireLost(String done, Answer answer) {
    Scene.require(
        answer instanceof Answer.Failed(EngineException why)
            && why.code().code().equals(KitCode.BROKEN.code()),
        done + ": each request must fail with the code kit.broken, but: " + Scene.tell(answer));
  }
}
