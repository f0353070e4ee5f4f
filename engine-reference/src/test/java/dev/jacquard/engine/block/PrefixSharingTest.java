package dev.jacquard.engine.block;

import static dev.jacquard.engine.block.Bench.tokens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PrefixSharingTest {
  @Test
  void aPrefixIsMatchedStrictlyBelowTheLength() {
    Bench bench = Bench.sized(4, 8, 0);
    bench.pass(bench.sequence(0, tokens(0, 12)));
    assertEquals(4, bench.manager.peek(bench.sequence(1, tokens(0, 7))));
    assertEquals(4, bench.manager.peek(bench.sequence(1, tokens(0, 8))));
    assertEquals(8, bench.manager.peek(bench.sequence(1, tokens(0, 9))));
    assertEquals(8, bench.manager.peek(bench.sequence(1, tokens(0, 12))));
    assertEquals(12, bench.manager.peek(bench.sequence(1, tokens(0, 13))));
    assertEquals(0, bench.manager.peek(bench.sequence(1, tokens(0, 1))));
  }

  @Test
  void anAdmittedSequenceStartsWithTheBlocksOfItsPrefix() {
    Bench bench = Bench.sized(4, 8, 0);
    TestSequence first = bench.compute(bench.sequence(0, tokens(0, 9)));
    List<Integer> shared = bench.table(first.id).subList(0, 2);
    assertEquals(
        Reservation.GRANTED, bench.manager.admit(bench.sequence(1, tokens(0, 9)), 9, true));
    assertEquals(8, bench.manager.computedTokens(1));
    assertEquals(shared, bench.table(1).subList(0, 2));
    assertNotEquals(bench.table(0).get(2), bench.table(1).get(2));
    assertEquals(4, bench.manager.availableBlocks(Tier.DEVICE));
  }

  @Test
  void equalTokensOfOtherScopesAreNotShared() {
    Bench bench = Bench.sized(2, 8, 0);
    TestSequence mine = new TestSequence(0, 2, "mine", 0, 5, tokens(0, 5));
    TestSequence yours = new TestSequence(1, 2, "yours", 0, 5, tokens(0, 5));
    mine.constantHash = true;
    yours.constantHash = true;
    bench.pass(mine);
    assertEquals(0, bench.manager.peek(yours));
    bench.pass(yours);
    assertEquals(4, bench.manager.peek(yours));
    assertEquals(4, bench.manager.peek(mine));
  }

  @Test
  void equalTokensBehindOtherTokensAreNotShared() {
    Bench bench = Bench.sized(2, 8, 0);
    TestSequence first = bench.sequence(0, 1, 2, 7, 8, 0);
    TestSequence second = bench.sequence(1, 3, 4, 7, 8, 0);
    first.constantHash = true;
    second.constantHash = true;
    bench.pass(first);
    assertEquals(0, bench.manager.peek(second));
    bench.pass(second);
    TestSequence again = bench.sequence(2, 3, 4, 7, 8, 0);
    again.constantHash = true;
    assertEquals(Reservation.GRANTED, bench.manager.admit(again, 5, false));
    assertEquals(4, bench.manager.computedTokens(2));
    assertEquals(4, bench.manager.cachedBlocks(Tier.DEVICE));
  }

  @Test
  void withoutSharingNothingIsCached() {
    TestContext context = TestContext.sized(2, 8, 0);
    context.prefixSharing = false;
    Bench bench = new Bench(context);
    bench.pass(bench.sequence(0, tokens(0, 8)));
    assertEquals(0, bench.manager.cachedBlocks(Tier.DEVICE));
    assertEquals(0, bench.manager.peek(bench.sequence(1, tokens(0, 8))));
  }

  @Test
  void aBlockIsCachedOnceItsTokensAreKnown() {
    Bench bench = Bench.sized(4, 8, 0);
    TestSequence sequence = new TestSequence(0, 4, "", 0, 3, tokens(0, 9));
    assertEquals(Reservation.GRANTED, bench.manager.admit(sequence, 3, false));
    bench.manager.commit(0, 3);
    assertEquals(Reservation.GRANTED, bench.manager.reserve(0, 5));
    bench.manager.commit(0, 5);
    assertEquals(0, bench.manager.cachedBlocks(Tier.DEVICE));
    sequence.length = 6;
    bench.manager.commit(0, 5);
    assertEquals(1, bench.manager.cachedBlocks(Tier.DEVICE));
  }

  @Test
  void theSecondOfTwoEqualBlocksTakesOverWhenTheFirstGoes() {
    Bench bench = Bench.sized(2, 8, 0);
    TestSequence first = bench.sequence(0, tokens(0, 4));
    TestSequence second = bench.sequence(1, tokens(0, 4));
    assertEquals(Reservation.GRANTED, bench.manager.admit(first, 4, false));
    assertEquals(Reservation.GRANTED, bench.manager.admit(second, 4, false));
    bench.manager.commit(0, 4);
    bench.manager.commit(1, 4);
    List<Integer> before = bench.table(1);
    assertEquals(2, bench.manager.cachedBlocks(Tier.DEVICE));
    bench.release(0);
    assertEquals(before, bench.table(1));
    assertEquals(2, bench.manager.cachedBlocks(Tier.DEVICE));
    assertEquals(6, bench.manager.availableBlocks(Tier.DEVICE));
    bench.release(1);
    assertEquals(2, bench.manager.cachedBlocks(Tier.DEVICE));
    assertEquals(8, bench.manager.availableBlocks(Tier.DEVICE));
  }

  @Test
  void eventsTellTheLifeOfABlock() {
    Bench bench = Bench.sized(2, 2, 0);
    bench.pass(bench.sequence(0, 1, 2, 3));
    bench.pass(bench.sequence(1, 1, 2, 4));
    bench.pass(bench.sequence(2, 5, 6, 7, 8));
    assertEquals(
        List.of(
            "opened 0 -1 0",
            "stored 0 0 -1 0",
            "released 0 FINISHED 0",
            "opened 1 0 1",
            "hit 1 0",
            "released 1 FINISHED 0",
            "removed 0",
            "opened 2 -1 0",
            "stored 2 1 -1 0",
            "stored 2 0 1 1",
            "released 2 FINISHED 0"),
        bench.mirror.log);
  }

  @Test
  void blocksReleasedTogetherGoDeepestFirstAndOldReleasesBeforeNew() {
    Bench bench = Bench.sized(1, 6, 0);
    bench.pass(bench.sequence(0, 1, 2, 3));
    bench.pass(bench.sequence(1, 4, 5));
    assertEquals(5, bench.manager.cachedBlocks(Tier.DEVICE));
    bench.mirror.log.clear();
    TestSequence big = bench.sequence(2, 6, 7, 8, 9, 10);
    assertEquals(Reservation.GRANTED, bench.manager.admit(big, 5, false));
    assertEquals(
        List.of("removed 2", "removed 1", "removed 0", "removed 4"),
        bench.mirror.log.subList(0, 4));
    assertEquals(1, bench.manager.peek(bench.sequence(3, 4, 5)));
  }

  @Test
  void clearForgetsIdleBlocksOnly() {
    Bench bench = Bench.sized(2, 8, 0);
    bench.pass(bench.sequence(0, tokens(10, 4)));
    bench.compute(bench.sequence(1, tokens(0, 4)));
    assertEquals(2, bench.manager.clear());
    assertEquals(2, bench.manager.cachedBlocks(Tier.DEVICE));
    assertTrue(bench.mirror.cached.keySet().containsAll(bench.table(1)));
    bench.release(1);
    assertEquals(2, bench.manager.clear());
    assertEquals(0, bench.manager.clear());
  }
}
