package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Eviction policies that fail: EVP-8, BSM-22.
final class EvictionFaultChecks {
  private static final String REPLACED = "jacquard_policy_replaced_total";
  private static final String NAME = "kit-blocks";
  private static final List<String> METHODS =
      List.of(
          "victim",
          "evictable",
          "unevictable",
          "demote",
          "prefetch",
          "opened",
          "stored",
          "hit",
          "released",
          "moved",
          "removed");
  private static final String[] CAUSES = {
    "a call of the policy outside the guard",
    "the guard catches too little",
    "the replacement was not told what is evictable"
  };

  private EvictionFaultChecks() {}

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.EVP_8,
            "a policy that throws an exception in any of its methods is replaced once, and nobody notices",
            (host, trial) -> faults(host, trial, Fuse.EXCEPTION),
            CAUSES),
        Check.of(
            Rule.EVP_8,
            "a policy whose jar lacks a class is replaced once, and nobody notices",
            (host, trial) -> faults(host, trial, Fuse.ERROR),
            CAUSES),
        Check.of(
            Rule.EVP_8,
            "a policy that names a block it may not name is replaced once, and nobody notices",
            EvictionFaultChecks::nonsense,
            CAUSES),
        Check.of(
            Rule.EVP_8,
            "after the replacement the block used longest ago goes first",
            EvictionFaultChecks::order,
            CAUSES),
        Check.of(
            Rule.BSM_22,
            "the paged mechanism keeps its books whatever the policy answers or throws",
            EvictionFaultChecks::chaos,
            "a fault in the midst of an eviction leaves a block half evicted",
            "nonsense is used before it is checked"));
  }

  private static void faults(HostUnderTest host, Trial trial, Callable<@Nullable Object> fault) {
    int steps = 1;
    for (String method : METHODS) {
      for (int at : new int[] {1, 4}) {
        Fuse fuse = Fuse.once(method, at, fault);
        replaced(host, trial, HostSetup.SMALL.blocks(16, 8).running(2, steps), fuse);
        steps = 3 - steps;
      }
    }
  }

  private static void nonsense(HostUnderTest host, Trial trial) {
    for (int answer : new int[] {-1, -2, 16, 24, 1 << 20, Integer.MIN_VALUE}) {
      Fuse fuse = Fuse.lying("victim", 2, answer);
      replaced(host, trial, HostSetup.SMALL.blocks(16, 8).running(3, 1), fuse);
    }
    for (int answer : new int[] {0, 24, -5}) {
      Fuse fuse = Fuse.lying("prefetch", 3, answer);
      replaced(host, trial, HostSetup.SMALL.blocks(16, 8).running(3, 2), fuse);
    }
  }

  /// One run with a policy that fails once.
  private static void replaced(HostUnderTest host, Trial trial, HostSetup setup, Fuse fuse) {
    List<Ask> asks = Scene.crowd(trial.random(), 12);
    KitPlugin plugin =
        new KitPlugin("kit")
            .manager(
                NAME,
                context ->
                    context.paged(
                        fuse.before(EvictionPolicy.class, new LruOrder(context.deviceBlocks()))));
    String done =
        "serving "
            + asks.size()
            + " requests with an eviction policy that fails in "
            + fuse
            + ", seed "
            + trial.seed();
    List<Answer> expected = Scene.expected(host, setup, asks);
    try (HostUnderTest.Started started = host.start(setup.with(plugin).naming(null, NAME, null))) {
      List<Answer> seen = started.serve(asks);
      Scene.requireSame(done, expected, seen);
      if (fuse.blown()) {
        Scene.requireMetric(done, started, REPLACED, 1);
        Scene.require(
            fuse.callsAfter() == 0,
            done + ": after its fault the policy was called " + fuse.callsAfter() + " times");
      }
    }
  }

  private static void order(HostUnderTest host, Trial trial) {
    HostSetup setup = HostSetup.SMALL.blocks(24, 0).running(2, 1);
    List<Ask> asks = Scene.crowd(trial.random(), 24);
    List<Long> expected = evictions(host, setup, asks, LruOrder::new);
    Fuse fuse = Fuse.once("victim", 1, Fuse.EXCEPTION);
    List<Long> seen =
        evictions(
            host,
            setup,
            asks,
            blocks -> fuse.before(EvictionPolicy.class, new NewestFirst(blocks)));
    Scene.require(fuse.blown(), "nothing was evicted from 24 blocks, so that nothing can be said");
    Scene.require(
        expected.equals(seen),
        "serving "
            + asks.size()
            + " requests with a policy that throws when it is first asked for a"
            + " victim: blocks were evicted in another order than that of LRU, seed "
            + trial.seed()
            + ", by hash:\n  expected "
            + expected
            + "\n  seen     "
            + seen);
  }

  /// A policy that must be gone before it can be obeyed.
  private static final class NewestFirst extends LruOrder {
    NewestFirst(int deviceBlocks) {
      super(deviceBlocks);
    }

    @Override
    public void evictable(int block, long lastUse) {
      super.evictable(block, -lastUse);
    }
  }

  private static List<Long> evictions(
      HostUnderTest host, HostSetup setup, List<Ask> asks, IntFunction<EvictionPolicy> policies) {
    List<Long> removed = new ArrayList<>();
    KitPlugin plugin =
        new KitPlugin("kit")
            .manager(NAME, context -> context.paged(policies.apply(context.deviceBlocks())))
            .listener(
                new CacheListener() {
                  @Override
                  public void removed(int block, long hash) {
                    removed.add(hash);
                  }
                });
    try (HostUnderTest.Started started = host.start(setup.with(plugin).naming(null, NAME, null))) {
      started.serve(asks);
      plugin.onEngineThread(() -> {});
      return List.copyOf(removed);
    }
  }

  private static void chaos(HostUnderTest host, Trial trial) {
    for (int round = 0; round < trial.rounds(6, 60); round++) {
      RandomGenerator random = trial.random(round);
      HostSetup setup =
          HostSetup.SMALL
              .blocks(random.nextInt(12, 20), random.nextInt(2) * 8)
              .running(3, 1 + round % 2);
      List<Ask> asks = Scene.crowd(random, 12);
      Complaints complaints = new Complaints();
      CachePicture picture = new CachePicture(complaints);
      AtomicReference<@Nullable BlockSpaceManager> manager = new AtomicReference<>();
      double faults = random.nextDouble() * 0.1;
      KitPlugin plugin =
          new KitPlugin("kit")
              .listener(picture)
              .manager(
                  NAME,
                  context -> {
                    BlockSpaceManager made =
                        context.paged(
                            wild(random, context.deviceBlocks(), context.hostBlocks(), faults));
                    manager.set(made);
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
          host.start(setup.with(plugin).naming(null, NAME, null))) {
        Scene.requireSame(done, expected, started.serve(asks));
        complaints.requireNone(done);
        BlockSpaceManager made =
            Objects.requireNonNull(manager.get(), "the manager that was named was never made");
        for (Tier tier : Tier.values()) {
          int total = tier == Tier.DEVICE ? setup.deviceBlocks() : setup.hostBlocks();
          int free = Scene.settled(plugin, () -> made.availableBlocks(tier), total);
          Scene.require(
              free == total,
              done
                  + ": when all had ended, "
                  + free
                  + " of "
                  + total
                  + " blocks were available on "
                  + tier);
        }
        int cached =
            Scene.settled(
                plugin,
                () -> made.cachedBlocks(Tier.DEVICE) + made.cachedBlocks(Tier.HOST),
                picture.cached());
        Scene.require(
            cached == picture.cached(),
            done
                + ": "
                + cached
                + " blocks are cached, a listener was told of "
                + picture.cached());
      }
    }
  }

  private static EvictionPolicy wild(RandomGenerator random, int device, int host, double faults) {
    LruOrder sane = new LruOrder(device);
    return Tap.on(
        EvictionPolicy.class,
        sane,
        (method, arguments, real) -> {
          if (random.nextDouble() < faults) {
            throw new IllegalStateException("chaos");
          }
          Object answer = real.call();
          boolean lies = random.nextInt(4) == 0;
          return switch (method) {
            case "victim" -> lies ? (Object) random.nextInt(-2, device + host + 2) : answer;
            case "prefetch" ->
                random.nextBoolean() ? (Object) random.nextInt(-1, device + host) : answer;
            case "demote" -> random.nextBoolean();
            default -> answer;
          };
        });
  }
}
