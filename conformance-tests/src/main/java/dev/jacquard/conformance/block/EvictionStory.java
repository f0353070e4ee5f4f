package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Shrinker;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.spi.block.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Random operations on an [EvictionWorld]. Each means something in any state, so that a failing
/// story can be told shorter.
///
/// @param steps what happens, in order
record EvictionStory(int deviceBlocks, int hostBlocks, List<Step> steps) {
  /// What can happen.
  enum Act {
    STORE,
    REUSE,
    EVICT_DEVICE,
    EVICT_HOST,
    PREFETCH,
    WAIT,
    CLEAR,
    EVICTABLE_AGAIN,
    UNEVICTABLE_AGAIN
  }

  /// One operation; `pick` chooses among what there is.
  record Step(Act act, int pick) {
    @Override
    public String toString() {
      return act + "(" + pick + ")";
    }
  }

  private static final long[] WAITS = {
    1, 1_000_000, 50_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L
  };
  private static final int STEPS = 80;
  private static final int SHRINKING = 600;

  /// A story for caches of up to 12 device blocks.
  ///
  /// @param stutter whether blocks are also said to be evictable, or not, that were said so before
  static EvictionStory random(RandomGenerator random, boolean stutter) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      int pick = random.nextInt(1 << 16);
      steps.add(
          new Step(
              switch (random.nextInt(stutter ? 26 : 20)) {
                case 0, 1, 2, 3, 4 -> Act.STORE;
                case 5, 6, 7, 8, 9, 10 -> Act.REUSE;
                case 11, 12 -> Act.EVICT_DEVICE;
                case 13 -> Act.EVICT_HOST;
                case 14, 15 -> Act.PREFETCH;
                case 16, 17, 18 -> Act.WAIT;
                case 19 -> random.nextInt(4) == 0 ? Act.CLEAR : Act.WAIT;
                case 20, 21, 22 -> Act.EVICTABLE_AGAIN;
                default -> Act.UNEVICTABLE_AGAIN;
              },
              pick));
    }
    return new EvictionStory(
        1 + random.nextInt(12), random.nextInt(3) == 0 ? 0 : random.nextInt(1, 9), steps);
  }

  /// Plays the story on a new policy and drains both tiers at its end.
  ///
  /// @return the policy's answers, in order
  List<String> play(EvictionUnderTest subject, Rule focus) {
    ManualClock clock = new ManualClock();
    NaiveBlockSpaceContext context =
        NaiveBlockSpaceContext.of(1, deviceBlocks, clock).withHost(hostBlocks);
    EvictionJudge judge =
        new EvictionJudge(subject.create(context), focus, deviceBlocks, hostBlocks);
    EvictionWorld world = new EvictionWorld(judge, clock, deviceBlocks, hostBlocks);
    for (Step step : steps) {
      int pick = step.pick();
      String tenant = "tenant-" + pick % 3;
      switch (step.act()) {
        case STORE -> world.store(1 + pick % 3, pick % 5 - 2, tenant);
        case REUSE -> world.reuse(pick, pick % 2, pick % 5 - 2, tenant);
        case EVICT_DEVICE -> world.evict(Tier.DEVICE, true);
        case EVICT_HOST -> world.evict(Tier.HOST, false);
        case PREFETCH -> world.prefetch();
        case WAIT -> clock.advance(WAITS[pick % WAITS.length]);
        case CLEAR -> world.clear();
        case EVICTABLE_AGAIN -> world.stutterEvictable(pick);
        case UNEVICTABLE_AGAIN -> world.stutterUnevictable(pick);
      }
    }
    while (world.evict(Tier.HOST, false)) {
      clock.advance(1);
    }
    while (world.evict(Tier.DEVICE, false)) {
      clock.advance(1);
    }
    world.evict(Tier.HOST, false);
    return judge.answers();
  }

  /// Plays random stories; the first that fails is made short and told.
  static void search(EvictionUnderTest subject, Trial trial, Rule focus, boolean stutter) {
    for (int round = 0; round < trial.rounds(250, 5_000); round++) {
      EvictionStory story = random(trial.random(round), stutter);
      if (story.failure(subject, focus) != null) {
        throw story.shortest(subject, focus, trial, round);
      }
    }
  }

  private AssertionError shortest(EvictionUnderTest subject, Rule focus, Trial trial, int round) {
    EvictionStory story =
        with(new Shrinker(SHRINKING).shrink(steps, s -> with(s).failure(subject, focus) != null));
    AssertionError failure = story.failure(subject, focus);
    return new AssertionError(
        "%s\nthe shortest story found: %d device and %d host blocks, %s (seed %d, round %d)"
            .formatted(
                failure == null ? "it fails, but not twice" : failure.getMessage(),
                deviceBlocks,
                hostBlocks,
                story.steps,
                trial.seed(),
                round),
        failure);
  }

  private EvictionStory with(List<Step> other) {
    return new EvictionStory(deviceBlocks, hostBlocks, other);
  }

  private @org.jspecify.annotations.Nullable AssertionError failure(
      EvictionUnderTest subject, Rule focus) {
    try {
      play(subject, focus);
      return null;
    } catch (AssertionError e) {
      return e;
    }
  }
}
