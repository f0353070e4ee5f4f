package dev.jacquard.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.engine.policy.LfuEviction;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.engine.policy.PriorityTtlEviction;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class EvictionOrderTest {
  private static List<Integer> drain(EvictionPolicy policy, Tier tier, long now) {
    List<Integer> order = new ArrayList<>();
    for (int block = policy.victim(tier, 1, now); block >= 0; ) {
      order.add(block);
      policy.unevictable(block);
      block = policy.victim(tier, 1, now);
    }
    return order;
  }

  private static TestSequence ofPriority(int priority) {
    return new TestSequence(0, 1, "", priority, 1, 1);
  }

  @Test
  void lruTakesTheOldestAndAmongEqualsTheFirstThatBecameALeaf() {
    LruEviction lru = new LruEviction(6, 2);
    lru.evictable(0, 5);
    lru.evictable(4, 3);
    lru.evictable(2, 3);
    lru.evictable(6, 1);
    lru.evictable(3, 4);
    lru.unevictable(3);
    assertEquals(List.of(4, 2, 0), drain(lru, Tier.DEVICE, 0));
    assertEquals(List.of(6), drain(lru, Tier.HOST, 0));
    assertEquals(-1, lru.victim(Tier.HOST, 1, 0));
  }

  @Test
  void lruTakesAParentThatBecomesALeafLateWhereItsLastUseBelongs() {
    LruEviction lru = new LruEviction(4, 0);
    lru.evictable(0, 10);
    lru.evictable(1, 30);
    lru.evictable(2, 20);
    assertEquals(List.of(0, 2, 1), drain(lru, Tier.DEVICE, 0));
  }

  @Test
  void lfuKeepsWhatWasReused() {
    LfuEviction lfu = new LfuEviction(4, 2);
    TestSequence any = ofPriority(0);
    lfu.stored(any, 0, -1, 1, 0);
    lfu.stored(any, 1, -1, 2, 0);
    lfu.stored(any, 2, -1, 3, 0);
    lfu.hit(any, 0);
    lfu.hit(any, 0);
    lfu.hit(any, 1);
    lfu.moved(0, 4);
    lfu.stored(any, 0, -1, 9, 0);
    lfu.evictable(1, 1);
    lfu.evictable(2, 3);
    lfu.evictable(0, 2);
    assertEquals(List.of(0, 2, 1), drain(lfu, Tier.DEVICE, 0));
    lfu.evictable(4, 1);
    lfu.stored(any, 5, -1, 4, 0);
    lfu.evictable(5, 9);
    assertEquals(List.of(5, 4), drain(lfu, Tier.HOST, 0));
  }

  @Test
  void priorityKeepsImportantBlocksUntilTheirTimeIsOver() {
    PriorityTtlEviction policy = new PriorityTtlEviction(8, 0, 100);
    policy.stored(ofPriority(0), 0, -1, 1, 0);
    policy.stored(ofPriority(5), 1, -1, 2, 0);
    policy.stored(ofPriority(9), 2, -1, 3, 0);
    policy.hit(ofPriority(-1), 2);
    policy.stored(ofPriority(5), 3, -1, 4, 0);
    for (int block = 0; block < 4; block++) {
      policy.evictable(block, 10L * block);
    }
    assertEquals(List.of(1, 3, 0, 2), drain(policy, Tier.DEVICE, 50));
    for (int block = 0; block < 4; block++) {
      policy.evictable(block, 10L * block);
    }
    assertEquals(List.of(0, 1, 3, 2), drain(policy, Tier.DEVICE, 111));
    assertThrows(IllegalArgumentException.class, () -> new PriorityTtlEviction(1, 0, -1));
  }

  @Test
  void lruAgreesWithASortedListOnRandomCalls() {
    for (long seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      LruEviction lru = new LruEviction(20, 0);
      TreeMap<Integer, long[]> model = new TreeMap<>();
      for (int i = 0; i < 500; i++) {
        int block = random.nextInt(20);
        if (model.remove(block) != null) {
          lru.unevictable(block);
        } else {
          long use = random.nextInt(30);
          model.put(block, new long[] {use, i});
          lru.evictable(block, use);
        }
        int expected =
            model.entrySet().stream()
                .min(
                    Comparator.<java.util.Map.Entry<Integer, long[]>>comparingLong(
                            e -> e.getValue()[0])
                        .thenComparingLong(e -> e.getValue()[1]))
                .map(java.util.Map.Entry::getKey)
                .orElse(-1);
        assertEquals(expected, lru.victim(Tier.DEVICE, 1, 0), "seed " + seed + " step " + i);
      }
    }
  }
}
