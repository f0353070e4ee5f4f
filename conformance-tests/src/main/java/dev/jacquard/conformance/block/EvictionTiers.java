package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import java.util.List;

/// EVP-7 and EVP-11: what `demote` and `prefetch` are asked, and tiers of all sizes.
final class EvictionTiers {
  private static final int[][] SIZES = {
    {1, 0}, {1, 1}, {2, 0}, {1, 9}, {9, 1}, {64, 0}, {65, 63}, {300, 300}
  };

  private EvictionTiers() {}

  static List<Check<EvictionUnderTest>> checks() {
    return List.of(
        Check.of(
            Rule.EVP_7,
            "in stories with a host tier prefetch names cached host blocks",
            (s, t) -> EvictionStory.search(s, t, Rule.EVP_7, false),
            "prefetch names a block that was promoted or removed since",
            "device and host ids are one space: host blocks begin at deviceBlocks"),
        Check.of(
            Rule.EVP_7,
            "in lives of an engine prefetch names cached host blocks",
            (s, t) -> EvictionLives.search(s, t, Rule.EVP_7),
            "prefetch names a block that was promoted or removed since"),
        Check.of(
            Rule.EVP_7,
            "demote answers for every device block, whatever it holds, and changes nothing",
            EvictionTiers::demote,
            "demote looks the block up where only evictable ones are"),
        Check.of(
            Rule.EVP_11,
            "it begins empty and works at any size",
            EvictionTiers::sizes,
            "arrays sized from deviceBlocks alone",
            "a division by the blocks of the host tier"),
        Check.of(
            Rule.EVP_11,
            "a policy knows nothing of the one before",
            EvictionTiers::independent,
            "static state",
            "the factory hands out one policy twice"));
  }

  private static void demote(EvictionUnderTest subject, Trial trial) {
    int blocks = 6;
    NaiveSequence sequence = sequence();
    ManualClock clock = new ManualClock();
    EvictionJudge judge = judge(subject, blocks, blocks, clock, Rule.EVP_7);
    askAll(judge, blocks);
    for (int block = 0; block < 4; block++) {
      judge.stored(sequence, block, -1, 100 + block, 0);
    }
    askAll(judge, blocks);
    clock.advance(10);
    judge.released(sequence, ReleaseReason.FINISHED, 3);
    for (int block = 0; block < 4; block++) {
      judge.evictable(block, 10);
    }
    askAll(judge, blocks);
    judge.unevictable(2);
    judge.moved(2, blocks);
    judge.evictable(blocks, 10);
    judge.unevictable(3);
    judge.removed(3, 103);
    askAll(judge, blocks);
    for (int left = 2; left > 0; left--) {
      int victim = judge.victim(Tier.DEVICE, left, clock.nanos());
      if (!judge.answers().getLast().endsWith(" -> " + victim)) {
        throw new AssertionError(
            "after demote was asked about every device block, "
                + judge.answers().getLast()
                + "; evictable there: "
                + judge.evictable(Tier.DEVICE));
      }
      judge.unevictable(victim);
      judge.removed(victim, 100 + victim);
      askAll(judge, blocks);
    }
  }

  private static void askAll(EvictionJudge judge, int blocks) {
    for (int block = 0; block < blocks; block++) {
      judge.demote(block);
    }
  }

  private static void sizes(EvictionUnderTest subject, Trial trial) {
    for (int[] size : SIZES) {
      try {
        allOf(subject, size[0], size[1]);
      } catch (AssertionError e) {
        throw new AssertionError(
            "with %d device and %d host blocks: %s".formatted(size[0], size[1], e.getMessage()), e);
      }
    }
  }

  private static void allOf(EvictionUnderTest subject, int device, int host) {
    ManualClock clock = new ManualClock();
    EvictionJudge judge = judge(subject, device, host, clock, Rule.EVP_11);
    EvictionWorld world = new EvictionWorld(judge, clock, device, host);
    for (int round = 0; round < 2; round++) {
      for (Tier tier : Tier.values()) {
        judge.victim(tier, 1, clock.nanos());
      }
      judge.prefetch(clock.nanos());
      for (int i = 0; i < 2 * (device + host); i++) {
        clock.advance(1);
        world.store(1 + i % 2, 0, "");
        world.reuse(i, 0, 0, "");
        world.prefetch();
      }
      for (int left = device + host; left > 0; left--) {
        world.evict(Tier.HOST, false);
        world.evict(Tier.DEVICE, false);
      }
    }
  }

  private static void independent(EvictionUnderTest subject, Trial trial) {
    ManualClock clock = new ManualClock();
    EvictionJudge before = judge(subject, 8, 8, clock, Rule.EVP_11);
    EvictionWorld world = new EvictionWorld(before, clock, 8, 8);
    for (int i = 0; i < 12; i++) {
      world.store(1, 0, "");
    }
    EvictionJudge after = judge(subject, 8, 8, clock, Rule.EVP_11);
    try {
      for (Tier tier : Tier.values()) {
        after.victim(tier, 1, clock.nanos());
      }
      after.prefetch(clock.nanos());
    } catch (AssertionError e) {
      throw new AssertionError(
          "a policy made after another one, whose cache was full, does not begin empty: "
              + e.getMessage(),
          e);
    }
    while (world.evict(Tier.DEVICE, false)) {
      clock.advance(1); // the older one still knows its own
    }
  }

  private static EvictionJudge judge(
      EvictionUnderTest subject, int device, int host, ManualClock clock, Rule focus) {
    return new EvictionJudge(
        subject.create(NaiveBlockSpaceContext.of(1, device, clock).withHost(host)),
        focus,
        device,
        host);
  }

  private static NaiveSequence sequence() {
    return new NaiveSequence(0, 0, NaiveRequests.of(0, 0, 0, ""), new int[] {1}, 8, 1, -1);
  }
}
