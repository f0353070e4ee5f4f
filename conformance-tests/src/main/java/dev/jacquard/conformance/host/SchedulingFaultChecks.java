package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Scheduling policies that fail: SCP-10, SCH-23.
final class SchedulingFaultChecks {
  private static final String REPLACED = "jacquard_policy_replaced_total";
  private static final String NAME = "kit-order";
  private static final List<String> METHODS =
      List.of(
          "nextWaiting",
          "waiting",
          "planning",
          "answered",
          "nextPrefill",
          "victim",
          "computed",
          "finished",
          "stepped");
  private static final String[] CAUSES = {
    "a call of the policy outside the guard",
    "the guard catches too little",
    "the new queue was not told who waits"
  };

  private SchedulingFaultChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.SCP_10,
            "a policy that throws an exception in any of its methods is replaced once, and nobody notices",
            (host, trial) -> faults(host, trial, Fuse.EXCEPTION),
            CAUSES),
        Check.of(
            Rule.SCP_10,
            "a policy whose jar lacks a class is replaced once, and nobody notices",
            (host, trial) -> faults(host, trial, Fuse.ERROR),
            CAUSES),
        Check.of(
            Rule.SCP_10,
            "a policy that names a sequence it may not name is replaced once, and nobody notices",
            SchedulingFaultChecks::nonsense,
            CAUSES),
        Check.of(
            Rule.SCP_10,
            "after the replacement sequences start in order of arrival",
            SchedulingFaultChecks::order,
            CAUSES),
        Check.of(
            Rule.SCH_23,
            "continuous batching keeps its books whatever the policy answers or throws",
            SchedulingFaultChecks::chaos,
            "a fault in the midst of an admission leaves a sequence half admitted",
            "nonsense is used before it is checked"));
  }

  private static HostSetup tight(int steps) {
    return HostSetup.SMALL.blocks(12, 0).running(3, steps);
  }

  private static void faults(HostUnderTest host, Trial trial, Callable<@Nullable Object> fault) {
    int steps = 1;
    for (String method : METHODS) {
      for (int at : new int[] {1, 5}) {
        replaced(host, trial, tight(steps), Fuse.once(method, at, fault));
        steps = 3 - steps;
      }
    }
  }

  private static void nonsense(HostUnderTest host, Trial trial) {
    for (int answer : new int[] {-2, 63, 1 << 20, Integer.MIN_VALUE}) {
      for (String method : List.of("nextWaiting", "nextPrefill", "victim")) {
        replaced(host, trial, tight(1 + (answer & 1)), Fuse.lying(method, 2, answer));
      }
    }
    // whoever was granted last runs: it waits no more
    AtomicInteger granted = new AtomicInteger(-1);
    Fuse running = Fuse.when("nextWaiting", () -> granted.get() >= 0, granted::get);
    replaced(host, trial, tight(1), running, new Remembering(granted));
  }

  /// Remembers who was granted last.
  private static final class Remembering extends ArrivalOrder {
    private final AtomicInteger granted;

    Remembering(AtomicInteger granted) {
      this.granted = granted;
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      super.answered(sequence, answer);
      if (answer == Reservation.GRANTED) {
        granted.set(sequence);
      }
    }

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      super.waiting(sequence, reason);
      granted.compareAndSet(sequence.id(), Integer.MAX_VALUE);
    }
  }

  private static void replaced(HostUnderTest host, Trial trial, HostSetup setup, Fuse fuse) {
    replaced(host, trial, setup, fuse, new ArrivalOrder());
  }

  private static void replaced(
      HostUnderTest host, Trial trial, HostSetup setup, Fuse fuse, SchedulingPolicy policy) {
    List<Ask> asks = Scene.crowd(trial.random(), 10);
    KitPlugin plugin =
        new KitPlugin("kit")
            .scheduler(
                NAME,
                context -> context.continuousBatching(fuse.before(SchedulingPolicy.class, policy)));
    String done =
        "serving "
            + asks.size()
            + " requests with a scheduling policy that fails in "
            + fuse
            + ", seed "
            + trial.seed();
    List<Answer> expected = Scene.expected(host, setup, asks);
    try (HostUnderTest.Started started = host.start(setup.with(plugin).naming(NAME, null, null))) {
      Scene.requireSame(done, expected, started.serve(asks));
      if (fuse.blown()) {
        Scene.requireMetric(done, started, REPLACED, 1);
        Scene.require(
            fuse.callsAfter() == 0,
            done + ": after its fault the policy was called " + fuse.callsAfter() + " times");
      }
    }
  }

  /// The last comes first; asked again while somebody waits, it throws.
  private static final class LastFirst extends ArrivalOrder {
    private final Deque<Integer> queue = new ArrayDeque<>();
    private int asked;

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      super.waiting(sequence, reason);
      queue.push(sequence.id());
    }

    @Override
    public int nextWaiting(PlanView view) {
      if (queue.isEmpty()) {
        return -1;
      }
      if (++asked > 1) {
        throw new IllegalStateException("the kit's policy fails as it was told");
      }
      return queue.pop();
    }
  }

  private static void order(HostUnderTest host, Trial trial) {
    List<Ask> asks = Scene.strangers(trial.random(), 8, 12, 3);
    List<Long> started = new ArrayList<>();
    KitPlugin plugin =
        new KitPlugin("kit")
            .scheduler(NAME, context -> context.continuousBatching(new LastFirst()))
            .listener(
                new RequestListener() {
                  @Override
                  public void computed(
                      SequenceView sequence, int from, int to, int stepTokens, long nanos) {
                    if (from == 0) {
                      started.add(sequence.request().serial());
                    }
                  }
                });
    HostSetup setup = HostSetup.SMALL.running(1, 1).with(plugin).naming(NAME, null, null);
    Scene.serve(host, setup, asks);
    List<Long> expected = new ArrayList<>(started);
    if (!expected.isEmpty()) {
      expected.subList(1, expected.size()).sort(null);
    }
    Scene.require(
        started.size() == asks.size() && started.equals(expected),
        "8 requests, one at a time; the policy named the last to arrive and threw when it was asked again."
            + " The others must start in order of arrival; they started in the order of the serials "
            + started);
  }

  private static void chaos(HostUnderTest host, Trial trial) {
    for (int round = 0; round < trial.rounds(6, 60); round++) {
      RandomGenerator random = trial.random(round);
      HostSetup setup =
          HostSetup.SMALL
              .blocks(random.nextInt(12, 20), random.nextInt(2) * 8)
              .running(3, 1 + round % 2);
      List<Ask> asks = Scene.crowd(random, 10);
      AtomicReference<@Nullable Scheduler> scheduler = new AtomicReference<>();
      AtomicReference<@Nullable BlockSpaceManager> blocks = new AtomicReference<>();
      double faults = random.nextDouble() * 0.05;
      KitPlugin plugin =
          new KitPlugin("kit")
              .scheduler(
                  NAME,
                  context -> {
                    Scheduler made = context.continuousBatching(wild(random, faults));
                    scheduler.set(made);
                    blocks.set(context.blocks());
                    return made;
                  });
      String done =
          "serving "
              + asks.size()
              + " requests with a policy that answers anything, round "
              + round
              + " of seed "
              + trial.seed();
      List<Answer> expected = Scene.expected(host, setup, asks);
      try (HostUnderTest.Started started =
          host.start(setup.with(plugin).naming(NAME, null, null))) {
        Scene.requireSame(done, expected, started.serve(asks));
        Scheduler made = scheduler.get();
        BlockSpaceManager over = blocks.get();
        Scene.require(made != null && over != null, done + ": the scheduler was never made");
        if (made != null && over != null) {
          int left = Scene.settled(plugin, () -> made.waiting() + made.running(), 0);
          Scene.require(left == 0, done + ": when all had ended, " + left + " still waited or ran");
          int free =
              Scene.settled(plugin, () -> over.availableBlocks(Tier.DEVICE), setup.deviceBlocks());
          Scene.require(
              free == setup.deviceBlocks(),
              done
                  + ": when all had ended, "
                  + free
                  + " of "
                  + setup.deviceBlocks()
                  + " blocks were available");
        }
      }
    }
  }

  private static SchedulingPolicy wild(RandomGenerator random, double faults) {
    return Tap.on(
        SchedulingPolicy.class,
        new ArrivalOrder(),
        (method, arguments, real) -> {
          if (random.nextDouble() < faults) {
            throw new IllegalStateException("chaos");
          }
          Object answer = real.call();
          return switch (method) {
            case "nextWaiting" ->
                random.nextInt(20) == 0 ? (Object) random.nextInt(-1, 12) : answer;
            case "nextPrefill", "victim" ->
                random.nextInt(3) == 0 ? (Object) random.nextInt(-1, 12) : answer;
            default -> answer;
          };
        });
  }
}
