package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// EVP-3 and EVP-4: the blocks a policy may name are those it was told, at the place they were told
/// last; and the same calls get the same answers.
final class EvictionOrder {
  private static final int BLOCKS = 16;
  private static final int SHUFFLES = 3;

  private EvictionOrder() {}

  static List<Check<EvictionUnderTest>> checks() {
    return List.of(
        Check.of(
            Rule.EVP_3,
            "what is said twice counts once",
            (s, t) -> EvictionStory.search(s, t, Rule.EVP_3, true),
            "evictable adds a second entry for a block that has one",
            "unevictable of a block that is not there is taken for an error"),
        Check.of(
            Rule.EVP_3,
            "a question takes nothing: what was named may be named again until unevictable",
            EvictionOrder::askingTakesNothing,
            "victim takes the block out of the order: that is what unevictable is for"),
        Check.of(
            Rule.EVP_3,
            "a block told again takes the place of its new last use",
            EvictionOrder::toldAgain,
            "the entry of the first telling is kept and only marked",
            "the key is stored once a block"),
        Check.of(
            Rule.EVP_4,
            "two policies that hear the same story answer the same",
            EvictionOrder::sameStory,
            "a generator without a fixed seed",
            "System.nanoTime or currentTimeMillis",
            "iteration over objects hashed by identity"),
        Check.of(
            Rule.EVP_4,
            "two policies in equal lives of an engine answer the same",
            EvictionOrder::sameLife,
            "a generator without a fixed seed",
            "static state that outlives a policy"));
  }

  private static void askingTakesNothing(EvictionUnderTest subject, Trial trial) {
    ManualClock clock = new ManualClock();
    EvictionJudge judge =
        new EvictionJudge(
            subject.create(NaiveBlockSpaceContext.of(1, BLOCKS, clock).withHost(BLOCKS)),
            Rule.EVP_3,
            BLOCKS,
            BLOCKS);
    EvictionWorld world = new EvictionWorld(judge, clock, BLOCKS, BLOCKS);
    for (int i = 0; i < BLOCKS * 3 / 2; i++) {
      world.store(1, 0, "");
    }
    for (int left = BLOCKS; left > 0; left--) {
      for (Tier tier : Tier.values()) {
        judge.victim(tier, left, clock.nanos());
        judge.victim(tier, left, clock.nanos());
      }
      world.evict(Tier.DEVICE, false);
      world.evict(Tier.HOST, false);
    }
  }

  /// Judges only policies that order fresh blocks by last use, one way or the other: others have
  /// places of which the kit knows nothing.
  private static void toldAgain(EvictionUnderTest subject, Trial trial) {
    boolean ascending = true;
    boolean descending = true;
    for (int i = 0; i < SHUFFLES; i++) {
      List<Integer> told = shuffled(trial.random(i).nextLong());
      List<Integer> gone = drained(subject, told, false);
      ascending &= gone.equals(told);
      descending &= gone.equals(told.reversed());
    }
    if (!ascending && !descending) {
      throw new NotApplicable("the policy does not order equal blocks by their last use");
    }
    for (int i = 0; i < SHUFFLES; i++) {
      List<Integer> told = shuffled(trial.random(SHUFFLES + i).nextLong());
      List<Integer> expected = ascending ? told : told.reversed();
      List<Integer> gone = drained(subject, told, true);
      if (!gone.equals(expected)) {
        throw new AssertionError(
            """
            blocks 0 to %d were evictable with last use 1, taken back, used, and told again one by \
            one with greater last uses in the order %s
            fresh blocks go in %s order of last use, so expected was %s
            but it named %s\
            """
                .formatted(
                    BLOCKS - 1, told, ascending ? "ascending" : "descending", expected, gone));
      }
    }
  }

  private static List<Integer> drained(
      EvictionUnderTest subject, List<Integer> order, boolean again) {
    ManualClock clock = new ManualClock();
    EvictionPolicy policy = subject.create(NaiveBlockSpaceContext.of(1, BLOCKS, clock));
    NaiveSequence sequence =
        new NaiveSequence(0, 0, NaiveRequests.of(0, 0, 0, ""), new int[] {1}, 8, 1, -1);
    for (int block = 0; block < BLOCKS; block++) {
      policy.stored(sequence, block, -1, block, 0);
    }
    if (again) {
      clock.advance(1);
      for (int block = 0; block < BLOCKS; block++) {
        policy.released(sequence, ReleaseReason.FINISHED, block);
        policy.evictable(block, 1);
      }
    }
    for (int block : order) {
      clock.advance(10);
      if (again) {
        policy.unevictable(block);
        policy.opened(sequence, block, 1);
        policy.hit(sequence, block);
      }
      policy.released(sequence, ReleaseReason.FINISHED, block);
      policy.evictable(block, clock.nanos());
    }
    List<Integer> gone = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      int block = policy.victim(Tier.DEVICE, 1, clock.nanos());
      gone.add(block);
      if (block < 0 || block >= BLOCKS) {
        break; // not for this check to say
      }
      policy.unevictable(block);
      policy.removed(block, block);
    }
    return gone;
  }

  private static List<Integer> shuffled(long seed) {
    List<Integer> blocks = new ArrayList<>(IntStream.range(0, BLOCKS).boxed().toList());
    Collections.shuffle(blocks, new Random(seed));
    return blocks;
  }

  private static void sameStory(EvictionUnderTest subject, Trial trial) {
    for (int round = 0; round < trial.rounds(60, 1_000); round++) {
      EvictionStory story = EvictionStory.random(trial.random(round), false);
      requireSame(
          story.play(subject, Rule.EVP_4),
          story.play(subject, Rule.EVP_4),
          "a story of " + story.steps() + " (seed " + trial.seed() + ", round " + round + ")");
    }
  }

  private static void sameLife(EvictionUnderTest subject, Trial trial) {
    for (int round = 0; round < trial.rounds(6, 60); round++) {
      long seed = trial.random(round).nextLong();
      int flight = 1 + round % 2;
      requireSame(
          EvictionLives.life(subject, seed, flight, Rule.EVP_4),
          EvictionLives.life(subject, seed, flight, Rule.EVP_4),
          "the life of seed " + seed + " with " + flight + " steps in flight");
    }
  }

  private static void requireSame(List<String> first, List<String> second, String where) {
    for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
      if (!first.get(i).equals(second.get(i))) {
        throw new AssertionError(
            "two policies heard the same calls; of the first, question %d was %s; of the second, %s;"
                    .formatted(i + 1, first.get(i), second.get(i))
                + " all answers before were the same; in "
                + where);
      }
    }
  }
}
