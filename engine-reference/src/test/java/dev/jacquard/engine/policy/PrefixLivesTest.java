package dev.jacquard.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/// Random lives in which the policies that follow the cache answer, at every step, what
/// [PrefixOracle] answers by looking at everybody: prompts of few tokens that share and part
/// everywhere, two scopes, blocks that come in any order, leave holes and are stored twice, hashes
/// that collide, cancels, refusals for long, preemption in both kinds, producers that end early.
///
/// A failure names its seed; `-Djacquard.prefix.seed=SEED` runs that life alone.
class PrefixLivesTest {
  private static final String SEED = "jacquard.prefix.seed";
  private static final double[] LEVELS = {0.01, 0.5, 1, 1, 3, 20};

  /// What one life is like.
  private record Shape(
      boolean longestMatch,
      int sequences,
      int steps,
      int blockSize,
      int chunk,
      long hashMask,
      int longest,
      int weights,
      int arrivals) {
    static Shape random(Random random, boolean longestMatch) {
      return new Shape(
          longestMatch,
          1 + random.nextInt(random.nextBoolean() ? 6 : 60),
          400,
          1 + random.nextInt(3),
          1 + random.nextInt(6),
          random.nextInt(4) == 0 ? 0x1f : -1,
          2 + random.nextInt(random.nextBoolean() ? 8 : 40),
          random.nextInt(3),
          1 + random.nextInt(4));
    }

    ToDoubleFunction<RequestInfo> weight() {
      return switch (weights) {
        case 0 -> request -> 1;
        case 1 -> request -> LEVELS[(int) (request.serial() % LEVELS.length)];
        default -> request -> Math.exp((request.serial() * 0x9E3779B9L % 1_000) / 300.0);
      };
    }
  }

  /// One life.
  private static final class Life {
    private final Random random;
    private final Shape shape;
    private final SchedulingPolicy policy;
    private final CacheListener listener;
    private final PrefixOracle oracle;
    private final StubView view = new StubView();
    private final NaiveSequence[] waiting;
    private final NaiveSequence[] running;
    private final List<int[]> prompts = new ArrayList<>();
    private final List<Long> cached = new ArrayList<>();
    private long serial;
    private int picks;

    Life(Random random, Shape shape) {
      this.random = random;
      this.shape = shape;
      Duration tau = Duration.ofSeconds(1 + random.nextInt(100));
      if (shape.longestMatch()) {
        policy = new LpmScheduling(shape.blockSize());
        oracle = new PrefixOracle(shape.blockSize());
      } else {
        policy =
            new SmallestMissingPrefillScheduling(
                shape.blockSize(), shape.chunk(), tau, shape.weight());
        oracle = new PrefixOracle(shape.blockSize(), shape.chunk(), tau.toNanos(), shape.weight());
      }
      listener = (CacheListener) policy;
      waiting = new NaiveSequence[shape.sequences()];
      running = new NaiveSequence[shape.sequences()];
      prompts.add(random.ints(shape.longest(), 0, 3).toArray());
    }

    int run() {
      for (int step = 0; step < shape.steps(); step++) {
        view.now += random.nextInt(100) == 0 ? 40_000_000_000L : random.nextInt(2_000_000_000);
        switch (random.nextInt(8)) {
          case 0, 1 -> arrive();
          case 2 -> storeSome();
          case 3 -> removeSome();
          case 4 -> runOn();
          case 5 -> cancel();
          default -> plan();
        }
        compare();
      }
      leave();
      return picks;
    }

    private int[] prompt() {
      int[] like = prompts.get(random.nextInt(prompts.size()));
      int common = random.nextInt(like.length + 1);
      int[] prompt = Arrays.copyOf(like, Math.max(1, 1 + random.nextInt(shape.longest())));
      for (int i = Math.min(common, prompt.length); i < prompt.length; i++) {
        prompt[i] = random.nextInt(3);
      }
      if (prompts.size() < 200) {
        prompts.add(prompt);
      }
      return prompt;
    }

    private void arrive() {
      for (int i = random.nextInt(shape.sequences()); i < shape.sequences(); i++) {
        if (waiting[i] == null && running[i] == null) {
          long arrival = view.now / 1_000_000_000 * (1_000_000_000 / shape.arrivals());
          String scope = random.nextInt(5) == 0 ? "another" : "";
          int[] prompt = prompt();
          waiting[i] =
              new NaiveSequence(
                  i,
                  random.nextInt(3),
                  NaiveRequests.of(serial++, arrival, 0, "tenant", scope),
                  prompt,
                  prompt.length + 100,
                  shape.blockSize(),
                  shape.hashMask());
          waits(i, WaitReason.NEW);
          if (random.nextInt(3) == 0) {
            return;
          }
        }
      }
    }

    private void waits(int id, WaitReason reason) {
      policy.waiting(waiting[id], reason);
      oracle.waiting(waiting[id], reason);
    }

    private void storeSome() {
      int id = random.nextInt(shape.sequences());
      NaiveSequence of = waiting[id] != null ? waiting[id] : running[id];
      int blocks = of == null ? 0 : of.length() / shape.blockSize();
      if (blocks == 0) {
        return;
      }
      int from = random.nextInt(3) == 0 ? random.nextInt(blocks) : 0;
      int to = random.nextInt(3) == 0 ? from + 1 : from + random.nextInt(blocks - from) + 1;
      for (int block = from; block < to; block++) {
        long hash = of.blockHash(block);
        if (random.nextInt(20) == 0 || !cached.contains(hash)) {
          cached.add(hash);
          listener.stored(of, cached.size(), -1, hash, block);
          oracle.stored(hash);
        }
      }
    }

    private void removeSome() {
      for (int i = random.nextInt(random.nextInt(10) == 0 ? 40 : 4); i >= 0; i--) {
        if (!cached.isEmpty()) {
          remove(random.nextInt(cached.size()));
        }
      }
    }

    private void remove(int index) {
      long hash = cached.remove(index);
      listener.removed(index, hash);
      oracle.removed(hash);
    }

    private void runOn() {
      for (int id = 0; id < shape.sequences(); id++) {
        if (running[id] == null) {
          continue;
        }
        switch (random.nextInt(5)) {
          case 0 -> {
            int to = 1 + random.nextInt(running[id].length());
            policy.computed(running[id], 0, to);
            oracle.computed(id, to);
          }
          case 1 -> {
            policy.computed(running[id], 0, running[id].length());
            oracle.computed(id, running[id].length());
          }
          case 2 -> finish(id);
          case 3 -> preempt(id);
          default -> {}
        }
      }
    }

    private void finish(int id) {
      policy.finished(running[id], FinishReason.LENGTH);
      oracle.finished(id);
      running[id] = null;
    }

    private void preempt(int id) {
      NaiveSequence sequence = running[id];
      for (int i = random.nextInt(5); i > 0 && sequence.length() < sequence.maxLength(); i--) {
        sequence.append(random.nextInt(3));
      }
      running[id] = null;
      waiting[id] = sequence;
      waits(id, random.nextInt(3) == 0 ? WaitReason.SWAPPED : WaitReason.RECOMPUTE);
    }

    private void cancel() {
      int id = random.nextInt(shape.sequences());
      if (waiting[id] != null) {
        gone(id);
      }
    }

    private void gone(int id) {
      policy.gone(id);
      oracle.gone(id);
      waiting[id] = null;
    }

    private void plan() {
      policy.planning(view);
      oracle.planning();
      boolean scarce = random.nextBoolean();
      for (int most = random.nextInt(12); most > 0; most--) {
        int next = compare();
        if (next < 0) {
          return;
        }
        int dice = random.nextInt(20);
        Reservation answer =
            dice == 0
                ? Reservation.NEVER
                : (scarce ? dice < 18 : dice < 3) ? Reservation.LATER : Reservation.GRANTED;
        oracle.answered(next, answer, view.now);
        policy.answered(next, answer);
        if (answer == Reservation.NEVER) {
          gone(next);
        } else if (answer == Reservation.GRANTED) {
          running[next] = waiting[next];
          waiting[next] = null;
        }
        if (random.nextInt(4) == 0) {
          storeSome(); // a manager evicts and stores while it admits
          removeSome();
        } else if (random.nextInt(8) == 0) {
          cancel();
        }
      }
    }

    private int compare() {
      int expected = oracle.next(view.now);
      assertEquals(expected, policy.nextWaiting(view), "the pick after " + picks + " others");
      if (policy instanceof LpmScheduling lpm) {
        int id = random.nextInt(shape.sequences());
        if (waiting[id] != null) {
          assertEquals(
              oracle.matched(id) * shape.blockSize(), lpm.matchedTokens(id), "match of " + id);
        }
      }
      picks += expected < 0 ? 0 : 1;
      return expected;
    }

    /// Everybody leaves, everything is evicted, and nothing is remembered.
    private void leave() {
      for (int id = 0; id < shape.sequences(); id++) {
        if (waiting[id] != null) {
          gone(id);
        } else if (running[id] != null) {
          finish(id);
          policy.gone(id); // LPM hears no end
        }
      }
      while (!cached.isEmpty()) {
        remove(cached.size() - 1);
      }
      int remembered =
          policy instanceof LpmScheduling lpm
              ? lpm.remembered()
              : ((SmallestMissingPrefillScheduling) policy).remembered();
      assertEquals(1, remembered, "entries in use at the end");
    }
  }

  private static int live(long seed, boolean longestMatch) {
    Random random = new Random(seed);
    Shape shape = Shape.random(random, longestMatch);
    try {
      return new Life(random, shape).run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed "
              + seed
              + ", "
              + shape
              + "; reproduce with -D"
              + SEED
              + "="
              + seed
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static void lives(boolean longestMatch) {
    Long only = Long.getLong(SEED);
    int picks = 0;
    for (long seed = only == null ? 0 : only; seed < (only == null ? 600 : only + 1); seed++) {
      picks += live(seed, longestMatch);
    }
    assertTrue(only != null || picks > 50_000, "too few picks: " + picks);
  }

  @Test
  void longestMatchPicksWhatAScanOfEverybodyPicks() {
    lives(true);
  }

  @Test
  void smallestMissingPicksWhatAScanOfEverybodyPicks() {
    lives(false);
  }

  @Test
  void thousandsThatShareAndPartAreOrderedLikeByAScan() {
    for (boolean longestMatch : new boolean[] {true, false}) {
      long seed = longestMatch ? 11 : 12;
      Shape shape = new Shape(longestMatch, 3_000, 700, 4, 16, -1, 300, 1, 3);
      try {
        int picks = new Life(new Random(seed), shape).run();
        assertTrue(picks > 500, "too few picks: " + picks);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ", " + shape + ": " + e.getMessage(), e);
      }
    }
  }
}
