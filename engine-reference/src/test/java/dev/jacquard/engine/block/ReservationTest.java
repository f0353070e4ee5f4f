package dev.jacquard.engine.block;

import static dev.jacquard.engine.block.Bench.tokens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class ReservationTest {
  @Test
  void aSequenceThatCanNeverFitIsRefusedForEver() {
    Bench bench = Bench.sized(4, 2, 0);
    TestSequence sequence = bench.sequence(0, tokens(0, 4));
    sequence.maxLength = 9;
    assertEquals(Reservation.NEVER, bench.manager.admit(sequence, 4, false));
    sequence.maxLength = 8;
    assertEquals(Reservation.GRANTED, bench.manager.admit(sequence, 4, false));
    assertEquals(Reservation.NEVER, bench.manager.reserve(0, 9));
  }

  @Test
  void theWatermarkIsKeptFreeOnlyWhileOthersRun() {
    TestContext context = TestContext.sized(1, 10, 0);
    context.watermark = 0.15;
    Bench bench = new Bench(context);
    bench.compute(bench.sequence(0, 1, 2, 3, 4));
    assertEquals(Reservation.LATER, bench.manager.admit(bench.sequence(1, tokens(9, 5)), 1, true));
    assertEquals(
        Reservation.GRANTED, bench.manager.admit(bench.sequence(1, tokens(9, 4)), 1, true));
    bench.release(1);
    assertEquals(
        Reservation.GRANTED, bench.manager.admit(bench.sequence(1, tokens(9, 6)), 1, false));
  }

  @Test
  void aWatermarkThatIsAWholeNumberOfBlocksIsNotRoundedUp() {
    TestContext context = TestContext.sized(1, 100, 0);
    context.watermark = 0.07;
    Bench bench = new Bench(context);
    assertEquals(
        Reservation.GRANTED, bench.manager.admit(bench.sequence(0, tokens(0, 93)), 1, true));
  }

  @Test
  void aRefusedAdmissionHoldsNothingAndEvictsNothing() {
    Bench bench = Bench.sized(2, 4, 0);
    bench.compute(bench.sequence(0, tokens(0, 2)));
    bench.pass(bench.sequence(1, tokens(50, 4)));
    bench.mirror.log.clear();
    TestSequence wide = bench.sequence(2, 50, 51, 1, 2, 3, 4, 5, 6);
    assertEquals(Reservation.LATER, bench.manager.admit(wide, 1, false));
    assertEquals(List.of(), bench.mirror.log);
    assertEquals(3, bench.manager.availableBlocks(Tier.DEVICE));
    assertThrows(IllegalStateException.class, () -> bench.manager.computedTokens(2));
  }

  @Test
  void anIdleMatchedBlockIsNotCountedAsRoom() {
    Bench bench = Bench.sized(1, 3, 0);
    bench.pass(bench.sequence(0, 1, 2));
    bench.compute(bench.sequence(1, 9));
    assertEquals(Reservation.LATER, bench.manager.admit(bench.sequence(2, 1, 7, 8), 1, false));
    assertEquals(Reservation.GRANTED, bench.manager.admit(bench.sequence(2, 1, 7), 2, false));
  }

  @Test
  void aPoolOfOneBlockServesOneBlock() {
    Bench bench = Bench.sized(2, 1, 0);
    bench.compute(bench.sequence(0, 1, 2));
    assertEquals(Reservation.LATER, bench.manager.admit(bench.sequence(1, 1, 2), 2, true));
    bench.manager.truncate(0, 1);
    assertEquals(Reservation.GRANTED, bench.manager.reserve(0, 2));
    assertEquals(0, bench.manager.cachedBlocks(Tier.DEVICE));
    bench.manager.commit(0, 2);
    bench.release(0);
    bench.pass(bench.sequence(0, 3, 4));
    assertEquals(1, bench.manager.availableBlocks(Tier.DEVICE));
  }

  @Test
  void reserveGrowsAllOrNothing() {
    Bench bench = Bench.sized(2, 4, 0);
    bench.compute(bench.sequence(0, tokens(0, 2)));
    bench.compute(bench.sequence(1, tokens(9, 2)));
    assertEquals(Reservation.LATER, bench.manager.reserve(0, 8));
    assertEquals(1, bench.manager.tableLength(0));
    assertEquals(Reservation.GRANTED, bench.manager.reserve(0, 6));
    assertEquals(Reservation.GRANTED, bench.manager.reserve(0, 3));
    assertEquals(3, bench.manager.tableLength(0));
  }

  @Test
  void appendingLeavesTheRevisionAlone() {
    Bench bench = Bench.sized(2, 4, 0);
    bench.compute(bench.sequence(0, tokens(0, 2)));
    int revision = bench.manager.tableRevision(0);
    assertEquals(Reservation.GRANTED, bench.manager.reserve(0, 8));
    assertEquals(revision, bench.manager.tableRevision(0));
  }

  @Test
  void aForkedPartialBlockIsCopiedByWhoWritesFirst() {
    Bench bench = Bench.sized(4, 4, 0);
    TestSequence parent = bench.compute(bench.sequence(0, tokens(0, 6)));
    TestSequence child = bench.sequence(1, tokens(0, 7));
    bench.manager.fork(parent, child);
    assertEquals(2, bench.manager.availableBlocks(Tier.DEVICE));
    assertEquals(bench.table(0), bench.table(1));
    int revision = bench.manager.tableRevision(1);
    assertEquals(Reservation.GRANTED, bench.manager.reserve(1, 7));
    int shared = bench.table(0).get(1);
    int own = bench.table(1).get(1);
    assertNotEquals(shared, own);
    assertEquals(List.of(shared + ">" + own), bench.copies());
    assertEquals(List.of(), bench.copies());
    assertTrue(bench.manager.tableRevision(1) > revision);
    assertEquals(Reservation.GRANTED, bench.manager.reserve(0, 7));
    assertEquals(shared, bench.table(0).get(1));
  }

  @Test
  void aCachedBlockIsNotWrittenAfterTruncating() {
    Bench bench = Bench.sized(4, 4, 0);
    bench.compute(bench.sequence(0, tokens(0, 8)));
    List<Integer> before = bench.table(0);
    bench.manager.truncate(0, 6);
    assertEquals(before, bench.table(0));
    assertEquals(Reservation.GRANTED, bench.manager.reserve(0, 8));
    assertEquals(List.of(before.get(1) + ">" + bench.table(0).get(1)), bench.copies());
    assertTrue(bench.mirror.cached.containsKey(before.get(1)));
  }

  @Test
  void truncatingFreesWholeBlocksOnly() {
    Bench bench = Bench.sized(4, 4, 0);
    assertEquals(
        Reservation.GRANTED, bench.manager.admit(bench.sequence(0, tokens(0, 16)), 16, false));
    bench.manager.commit(0, 3);
    bench.manager.truncate(0, 5);
    assertEquals(2, bench.manager.tableLength(0));
    assertEquals(3, bench.manager.computedTokens(0));
    assertEquals(2, bench.manager.availableBlocks(Tier.DEVICE));
  }

  @Test
  void brokenProtocolIsNamedAndChangesNothing() {
    Bench bench = Bench.sized(4, 4, 4);
    TestSequence one = bench.compute(bench.sequence(7, tokens(0, 5)));
    refused(7, () -> bench.manager.commit(7, 9));
    refused(7, () -> bench.manager.commit(7, 4));
    refused(7, () -> bench.manager.truncate(7, -1));
    refused(7, () -> bench.manager.admit(one, 5, false));
    refused(7, () -> bench.manager.swapIn(7, false));
    refused(8, () -> bench.manager.reserve(8, 5));
    refused(8, () -> bench.manager.fork(bench.sequence(8, 1), one));
    refused(7, () -> bench.manager.fork(one, one));
    refused(-1, () -> bench.manager.release(-1, ReleaseReason.FAILED));
    refused(64, () -> bench.manager.admit(bench.sequence(64, 1), 1, false));
    assertEquals(5, bench.manager.computedTokens(7));
    assertEquals(2, bench.manager.availableBlocks(Tier.DEVICE));
    assertEquals(Reservation.GRANTED, bench.manager.swapOut(7));
    refused(7, () -> bench.manager.reserve(7, 6));
    refused(7, () -> bench.manager.commit(7, 6));
    refused(7, () -> bench.manager.truncate(7, 1));
    refused(7, () -> bench.manager.swapOut(7));
    bench.release(7);
    refused(7, () -> bench.release(7));
    assertEquals(4, bench.manager.availableBlocks(Tier.HOST));
  }

  @Test
  void anIdIsUsedAgainAtOnce() {
    Bench bench = Bench.sized(4, 4, 0);
    bench.compute(bench.sequence(3, tokens(0, 9)));
    int revision = bench.manager.tableRevision(3);
    bench.release(3);
    assertEquals(
        Reservation.GRANTED, bench.manager.admit(bench.sequence(3, tokens(50, 3)), 3, false));
    assertEquals(0, bench.manager.computedTokens(3));
    assertEquals(1, bench.manager.tableLength(3));
    assertTrue(bench.manager.tableRevision(3) > revision);
  }

  private static void refused(int sequence, Executable call) {
    String message = assertThrows(IllegalStateException.class, call).getMessage();
    assertTrue(message.contains("sequence " + sequence), message);
  }
}
