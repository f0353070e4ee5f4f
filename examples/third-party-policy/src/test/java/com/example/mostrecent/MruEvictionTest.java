package com.example.mostrecent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MruEvictionTest {
  private final EvictionPolicy policy = new MruEviction(4, 2);

  @Test
  void theBlockUsedLastGoesFirst() {
    policy.evictable(2, 10);
    policy.evictable(0, 11);
    policy.evictable(3, 12);
    assertEquals(List.of(3, 0, 2), drain(Tier.DEVICE));
  }

  @Test
  void aBlockThatIsUsedAgainIsNotOffered() {
    policy.evictable(0, 10);
    policy.evictable(1, 11);
    policy.evictable(2, 12);
    policy.unevictable(1);
    policy.unevictable(2);
    policy.unevictable(2);
    assertEquals(List.of(0), drain(Tier.DEVICE));
  }

  @Test
  void theTiersDoNotMix() {
    policy.evictable(0, 10);
    policy.evictable(5, 11);
    policy.evictable(4, 12);
    assertEquals(List.of(4, 5), drain(Tier.HOST));
    assertEquals(List.of(0), drain(Tier.DEVICE));
  }

  @Test
  void nothingEvictableIsMinusOne() {
    assertEquals(-1, policy.victim(Tier.DEVICE, 1, 0));
    assertEquals(-1, policy.victim(Tier.HOST, 1, 0));
  }

  @Test
  void itBehavesLikeAPlainListForAnySequenceOfCalls() {
    long seed = Long.getLong("seed", new Random().nextLong());
    Random random = new Random(seed);
    List<Integer> expected = new ArrayList<>();
    for (int step = 0; step < 2_000; step++) {
      Integer block = random.nextInt(4);
      expected.remove(block);
      if (random.nextBoolean()) {
        policy.evictable(block, step);
        expected.addLast(block);
      } else {
        policy.unevictable(block);
      }
      assertEquals(
          expected.isEmpty() ? -1 : expected.getLast(),
          policy.victim(Tier.DEVICE, 1, step),
          "reproduce with ../../mvnw test -DargLine=-Dseed=" + seed);
    }
    assertEquals(expected.reversed(), drain(Tier.DEVICE));
  }

  private List<Integer> drain(Tier tier) {
    List<Integer> order = new ArrayList<>();
    for (int block = policy.victim(tier, 1, 0);
        block >= 0;
        block = policy.victim(tier, 1, 0)) {
      order.add(block);
      policy.unevictable(block);
    }
    return order;
  }
}
