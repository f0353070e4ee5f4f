package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.spi.block.Tier;
import java.util.List;
import java.util.random.RandomGenerator;

/// EVP-1, EVP-2 and EVP-9: what `victim` may name, that it names something, and that nobody calls
/// back.
final class EvictionAnswers {
  private static final int BLOCKS = 24;
  private static final long HOUR = 3_600_000_000_000L;

  private EvictionAnswers() {}

  static List<Check<EvictionUnderTest>> checks() {
    return List.of(
        Check.of(
            Rule.EVP_1,
            "in stories with two tiers and jumps of time it names evictable blocks of the tier",
            (s, t) -> EvictionStory.search(s, t, Rule.EVP_1, false),
            "unevictable does not find the block in the policy's own order",
            "the policy's order depends on something that changed since the block was added",
            "one order for both tiers"),
        Check.of(
            Rule.EVP_1,
            "in lives of an engine it names evictable blocks of the tier",
            (s, t) -> EvictionLives.search(s, t, Rule.EVP_1),
            "unevictable does not find the block in the policy's own order",
            "moved is taken for evictable"),
        Check.of(
            Rule.EVP_2,
            "in stories with two tiers and jumps of time it names a block when there is one",
            (s, t) -> EvictionStory.search(s, t, Rule.EVP_2, false),
            "a block is lost when it is told again after unevictable",
            "a pin that cannot be broken",
            "the policy's order depends on something that changed since the block was added"),
        Check.of(
            Rule.EVP_2,
            "in lives of an engine it names a block when there is one",
            (s, t) -> EvictionLives.search(s, t, Rule.EVP_2),
            "a block is lost when it is told again after unevictable"),
        Check.of(
            Rule.EVP_2,
            "important, often used and just released blocks go too when nothing else is left",
            EvictionAnswers::nothingIsPinned,
            "a time to live or a priority that is never overruled"),
        Check.of(
            Rule.EVP_9,
            "in lives of an engine it calls no method of the manager",
            (s, t) -> EvictionLives.search(s, t, Rule.EVP_9),
            "the policy counts blocks with the manager instead of by its events"));
  }

  private static void nothingIsPinned(EvictionUnderTest subject, Trial trial) {
    for (int round = 0; round < trial.rounds(20, 200); round++) {
      RandomGenerator random = trial.random(round);
      ManualClock clock = new ManualClock();
      clock.advance(random.nextInt(2) * HOUR);
      int host = round % 2 * BLOCKS;
      EvictionJudge judge =
          new EvictionJudge(
              subject.create(NaiveBlockSpaceContext.of(1, BLOCKS, clock).withHost(host)),
              Rule.EVP_2,
              BLOCKS,
              host);
      EvictionWorld world = new EvictionWorld(judge, clock, BLOCKS, host);
      int priority = List.of(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE).get(round % 5);
      for (int i = 0; i < BLOCKS; i++) {
        world.store(1 + random.nextInt(3), priority, "tenant");
        world.reuse(random.nextInt(1 << 16), 0, priority, "tenant");
      }
      clock.advance(random.nextInt(2) * HOUR);
      while (world.evict(Tier.DEVICE, host > 0)) {
        clock.advance(random.nextInt(2));
      }
      while (world.evict(Tier.HOST, false)) {
        clock.advance(random.nextInt(2));
      }
    }
  }
}
