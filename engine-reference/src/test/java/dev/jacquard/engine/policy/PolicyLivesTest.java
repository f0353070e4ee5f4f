package dev.jacquard.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.naive.NaiveRun;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every pair of policies on the naive mechanism, through random lives with tiny pools, preemption,
/// host tiers, cancels, forks and failures: each sequence that ends has the right tokens, nothing
/// is lost, everybody ends.
class PolicyLivesTest {
  private static final int LIVES = 6;

  /// Makes an eviction policy for a pool of so many device and host blocks.
  @FunctionalInterface
  interface Eviction {
    EvictionPolicy of(int deviceBlocks, int hostBlocks);
  }

  private static Map<String, Eviction> evictions() {
    return Map.of(
        "lru",
        LruEviction::new,
        "lfu",
        LfuEviction::new,
        "priority and ttl",
        (device, host) -> new PriorityTtlEviction(device, host, 20_000_000));
  }

  private static Map<String, IntFunction<SchedulingPolicy>> schedulings() {
    return Map.of(
        "fcfs", blockSize -> new FcfsScheduling(),
        "priority", blockSize -> new PriorityScheduling(),
        "lpm", LpmScheduling::new,
        "smallest missing prefill",
            blockSize -> new SmallestMissingPrefillScheduling(blockSize, 2 * blockSize),
        "plas", blockSize -> new PlasScheduling(),
        "fair share", blockSize -> new FairShareScheduling());
  }

  static Stream<String[]> pairs() {
    return evictions().keySet().stream()
        .sorted()
        .flatMap(e -> schedulings().keySet().stream().sorted().map(s -> new String[] {e, s}));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("pairs")
  void everySequenceIsRightAndNothingIsLost(String eviction, String scheduling) {
    int finished = 0;
    int preemptions = 0;
    for (int life = 0; life < LIVES; life++) {
      long seed = 1_000L * (eviction + scheduling).hashCode() + life;
      for (int stepsInFlight = 1; stepsInFlight <= 2; stepsInFlight++) {
        NaiveRun.Shape shape = NaiveRun.Shape.random(seed, stepsInFlight);
        SchedulingPolicy policy =
            new Exact(schedulings().get(scheduling).apply(shape.blockSize()), shape);
        try {
          NaiveRun.Outcome outcome =
              NaiveRun.run(
                  shape,
                  seed,
                  List.of((CacheListener) policy),
                  List.of(),
                  context ->
                      context.paged(
                          evictions()
                              .get(eviction)
                              .of(context.deviceBlocks(), context.hostBlocks())),
                  context -> context.continuousBatching(policy));
          finished += outcome.finished();
          preemptions += outcome.preemptions();
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(
              "seed "
                  + seed
                  + ", "
                  + stepsInFlight
                  + " in flight, "
                  + shape
                  + ": "
                  + e.getMessage(),
              e);
        }
      }
    }
    assertTrue(finished > LIVES * 20, "too few sequences finished: " + finished);
    assertTrue(preemptions > 5, "too few preemptions: " + preemptions);
  }

  /// Passes everything on, and compares what LPM believes to be cached with what is, at every plan.
  private static final class Exact implements SchedulingPolicy, CacheListener {
    private final SchedulingPolicy to;
    private final boolean comparable;
    private final int blockSize;
    private final Map<Integer, SequenceView> waiting = new HashMap<>();
    private final Map<Integer, Integer> lengths = new HashMap<>();

    Exact(SchedulingPolicy to, NaiveRun.Shape shape) {
      this.to = to;
      blockSize = shape.blockSize();
      comparable = shape.hashMask() == -1 && to instanceof LpmScheduling;
    }

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      to.waiting(sequence, reason);
      if (reason != WaitReason.SWAPPED) {
        waiting.put(sequence.id(), sequence);
        lengths.put(sequence.id(), sequence.length());
      }
    }

    @Override
    public void gone(int sequence) {
      to.gone(sequence);
      waiting.remove(sequence);
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      to.answered(sequence, answer);
      if (answer == Reservation.GRANTED) {
        waiting.remove(sequence);
      }
    }

    @Override
    public void planning(PlanView view) {
      to.planning(view);
      if (to instanceof LpmScheduling lpm && comparable) {
        for (SequenceView sequence : waiting.values()) {
          int known = (lengths.getOrDefault(sequence.id(), 0) - 1) / blockSize * blockSize;
          assertEquals(
              Math.min(known, view.cachedTokens(sequence)),
              lpm.matchedTokens(sequence.id()),
              "cached tokens of sequence " + sequence.id());
        }
      }
    }

    @Override
    public int nextWaiting(PlanView view) {
      return to.nextWaiting(view);
    }

    @Override
    public int nextPrefill(PlanView view) {
      return to.nextPrefill(view);
    }

    @Override
    public int victim(PlanView view, int needy) {
      return to.victim(view, needy);
    }

    @Override
    public void computed(SequenceView sequence, int from, int to) {
      this.to.computed(sequence, from, to);
    }

    @Override
    public void finished(SequenceView sequence, FinishReason reason) {
      to.finished(sequence, reason);
    }

    @Override
    public void forked(SequenceView parent, SequenceView child) {
      to.forked(parent, child);
    }

    @Override
    public void stepped(int tokens, long nanos) {
      to.stepped(tokens, nanos);
    }

    @Override
    public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
      if (to instanceof CacheListener listener) {
        listener.stored(sequence, block, parent, hash, depth);
      }
    }

    @Override
    public void removed(int block, long hash) {
      if (to instanceof CacheListener listener) {
        listener.removed(block, hash);
      }
    }
  }
}
