package dev.jacquard.engine.block;

import static dev.jacquard.engine.block.Bench.tokens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TierTest {
  @Test
  void anEvictedBlockIsDemotedAndPromotedWhenItIsMatchedAgain() {
    Bench bench = Bench.sized(2, 2, 2);
    bench.pass(bench.sequence(0, tokens(0, 4)));
    bench.pass(bench.sequence(1, tokens(50, 4)));
    assertEquals(List.of("1>2", "0>3"), bench.copies());
    assertEquals(2, bench.manager.cachedBlocks(Tier.HOST));
    bench.mirror.log.clear();
    TestSequence again = bench.sequence(2, tokens(0, 4));
    assertEquals(2, bench.manager.peek(again));
    assertEquals(Reservation.GRANTED, bench.manager.admit(again, 4, false));
    assertEquals(2, bench.manager.computedTokens(2));
    assertTrue(bench.table(2).get(0) < 2);
    List<String> copies = bench.copies();
    assertTrue(copies.contains("3>" + bench.table(2).get(0)), copies::toString);
    assertTrue(bench.mirror.log.contains("moved 3 " + bench.table(2).get(0)));
  }

  @Test
  void aFullHostTierForgetsItsOwnVictim() {
    Bench bench = Bench.sized(2, 1, 1);
    bench.pass(bench.sequence(0, 1, 2));
    bench.pass(bench.sequence(0, 3, 4));
    bench.pass(bench.sequence(0, 5, 6));
    assertEquals(0, bench.manager.peek(bench.sequence(1, 1, 2, 0)));
    assertEquals(2, bench.manager.peek(bench.sequence(1, 3, 4, 0)));
    assertEquals(2, bench.manager.peek(bench.sequence(1, 5, 6, 0)));
    assertEquals(1, bench.manager.cachedBlocks(Tier.HOST));
  }

  @Test
  void whatThePolicyWouldNotDemoteIsForgottenWithWhatFollowsIt() {
    boolean[] demotes = {true};
    EvictionPolicy policy =
        new ChaosPolicy(new SplittableRandom(1), new LruEviction(2, 4), 2, new CacheMirror()) {
          @Override
          public boolean demote(int block) {
            return demotes[0];
          }
        };
    Bench bench = new Bench(TestContext.sized(2, 2, 4), policy);
    bench.pass(bench.sequence(0, tokens(0, 4)));
    TestSequence one = bench.sequence(1, 50, 51);
    bench.compute(one);
    assertEquals(1, bench.manager.cachedBlocks(Tier.HOST));
    demotes[0] = false;
    assertEquals(Reservation.GRANTED, bench.manager.reserve(1, 4));
    assertEquals(0, bench.manager.cachedBlocks(Tier.HOST));
    assertEquals(1, bench.manager.cachedBlocks(Tier.DEVICE));
    assertEquals(0, replaced(bench));
  }

  @Test
  void swappingOutFreesTheDeviceAndSwappingInBringsTheTableBack() {
    Bench bench = Bench.sized(2, 4, 4);
    bench.compute(bench.sequence(0, tokens(0, 5)));
    int revision = bench.manager.tableRevision(0);
    assertEquals(Reservation.GRANTED, bench.manager.swapOut(0));
    assertEquals(4, bench.manager.availableBlocks(Tier.DEVICE));
    assertEquals(1, bench.manager.availableBlocks(Tier.HOST));
    assertTrue(bench.manager.tableRevision(0) > revision);
    assertEquals(List.of("0>4", "1>5", "2>6"), bench.copies());
    assertEquals(2, bench.manager.cachedBlocks(Tier.HOST));
    assertEquals(Reservation.GRANTED, bench.manager.swapIn(0, true));
    assertEquals(3, bench.copies().size());
    assertEquals(5, bench.manager.computedTokens(0));
    assertEquals(4, bench.manager.availableBlocks(Tier.HOST));
    assertEquals(2, bench.manager.cachedBlocks(Tier.DEVICE));
  }

  @Test
  void swappingOutLeavesSharedBlocksToTheOthers() {
    Bench bench = Bench.sized(2, 6, 4);
    bench.compute(bench.sequence(0, tokens(0, 5)));
    bench.compute(bench.sequence(1, 0, 1, 9, 9, 9));
    List<Integer> other = bench.table(1);
    assertEquals(Reservation.GRANTED, bench.manager.swapOut(0));
    assertEquals(other, bench.table(1));
    assertEquals(3, bench.manager.availableBlocks(Tier.DEVICE));
    assertTrue(bench.mirror.cached.containsKey(other.get(0)));
    bench.copies();
    assertEquals(Reservation.GRANTED, bench.manager.swapIn(0, false));
    assertEquals(other.get(0), bench.table(0).get(0), "what others hold is there already");
    assertEquals(2, bench.copies().size());
  }

  @Test
  void swappingNeedsAHostTierWithRoom() {
    Bench without = Bench.sized(2, 4, 0);
    without.compute(without.sequence(0, tokens(0, 4)));
    assertEquals(Reservation.NEVER, without.manager.swapOut(0));
    Bench bench = Bench.sized(2, 4, 2);
    bench.compute(bench.sequence(0, tokens(0, 4)));
    bench.compute(bench.sequence(1, tokens(50, 2)));
    assertEquals(Reservation.GRANTED, bench.manager.swapOut(0));
    assertEquals(Reservation.LATER, bench.manager.swapOut(1));
    assertEquals(1, bench.manager.tableLength(1));
    assertEquals(Reservation.GRANTED, bench.manager.reserve(1, 6));
    assertEquals(Reservation.LATER, bench.manager.swapIn(0, false));
    bench.release(1);
    assertEquals(Reservation.GRANTED, bench.manager.swapIn(0, false));
  }

  @Test
  void theWatermarkHoldsForSwappingInToo() {
    TestContext context = TestContext.sized(1, 4, 4);
    context.watermark = 0.25;
    Bench bench = new Bench(context);
    bench.compute(bench.sequence(0, tokens(0, 3)));
    assertEquals(Reservation.GRANTED, bench.manager.swapOut(0));
    bench.compute(bench.sequence(1, 90));
    assertEquals(Reservation.LATER, bench.manager.swapIn(0, true));
    assertEquals(Reservation.GRANTED, bench.manager.swapIn(0, false));
  }

  @Test
  void planningPrefetchesWhileFreeBlocksExceedTheWatermark() {
    CacheMirror hosts = new CacheMirror();
    EvictionPolicy policy =
        new EvictionPolicy() {
          private final EvictionPolicy lru = new LruEviction(4, 4);

          @Override
          public void evictable(int block, long lastUse) {
            lru.evictable(block, lastUse);
          }

          @Override
          public void unevictable(int block) {
            lru.unevictable(block);
          }

          @Override
          public int victim(Tier tier, int stillNeeded, long now) {
            return lru.victim(tier, stillNeeded, now);
          }

          @Override
          public int prefetch(long now) {
            return hosts.cached.keySet().stream().filter(b -> b >= 4).findFirst().orElse(-1);
          }
        };
    TestContext context = TestContext.sized(1, 4, 4);
    context.watermark = 0.5;
    context.listeners.add(hosts);
    Bench bench = new Bench(context, policy);
    bench.pass(bench.sequence(0, tokens(0, 4)));
    TestSequence half = new TestSequence(1, 1, "", 0, 1, tokens(50, 4));
    assertEquals(Reservation.GRANTED, bench.manager.admit(half, 4, false));
    assertEquals(4, bench.manager.cachedBlocks(Tier.HOST));
    bench.copies();
    bench.manager.planning();
    assertEquals(List.of(), bench.copies(), "nothing is free");
    bench.release(1);
    bench.manager.planning();
    assertEquals(2, bench.copies().size());
    assertEquals(2, bench.manager.cachedBlocks(Tier.DEVICE));
    assertEquals(2, bench.manager.cachedBlocks(Tier.HOST));
    assertEquals(0, replaced(bench));
  }

  @Test
  void closingTwiceIsFine() {
    Bench bench = Bench.sized(2, 4, 0);
    bench.compute(bench.sequence(0, tokens(0, 4)));
    bench.manager.close();
    bench.manager.close();
    assertThrows(IllegalStateException.class, () -> bench.manager.tableLength(0));
  }

  private static double replaced(Bench bench) {
    return bench.context.counted;
  }
}
