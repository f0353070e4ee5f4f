package dev.jacquard.engine.block;

import static dev.jacquard.engine.block.Bench.tokens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowTest {
  private static Bench windowed(int deviceBlocks, int window, int sinkTokens) {
    TestContext context = TestContext.sized(2, deviceBlocks, 0);
    context.window = window;
    context.sinkTokens = sinkTokens;
    return new Bench(context);
  }

  @Test
  void blocksBehindTheWindowAreGivenUpAtCommitAndSinksStay() {
    Bench bench = windowed(8, 4, 1);
    assertEquals(
        Reservation.GRANTED, bench.manager.admit(bench.sequence(0, tokens(0, 10)), 10, false));
    bench.manager.commit(0, 6);
    assertEquals(-1, bench.table(0).indexOf(-1), "position 6 sees 3");
    int revision = bench.manager.tableRevision(0);
    bench.manager.commit(0, 7);
    assertEquals(List.of(1), gone(bench), "position 7 sees 4");
    assertTrue(bench.manager.tableRevision(0) > revision);
    bench.manager.commit(0, 10);
    assertEquals(List.of(1, 2), gone(bench), "position 10 sees 7");
    assertEquals(5, bench.manager.availableBlocks(Tier.DEVICE));
    assertThrows(IllegalStateException.class, () -> bench.manager.truncate(0, 6));
    bench.manager.truncate(0, 9);
  }

  @Test
  void aLongSequenceRunsInASmallPool() {
    Bench bench = windowed(4, 4, 2);
    TestSequence sequence = bench.sequence(0, tokens(0, 101));
    assertEquals(Reservation.GRANTED, bench.manager.admit(sequence, 2, false));
    for (int computed = 2; computed < 100; computed += 2) {
      bench.manager.commit(0, computed);
      assertEquals(Reservation.GRANTED, bench.manager.reserve(0, computed + 2), "at " + computed);
    }
    bench.release(0);
    assertEquals(4, bench.manager.availableBlocks(Tier.DEVICE));
  }

  @Test
  void anAdmittedPrefixHoldsOnlyWhatItSees() {
    Bench bench = windowed(8, 3, 0);
    bench.pass(bench.sequence(0, tokens(0, 9)));
    assertEquals(
        Reservation.GRANTED, bench.manager.admit(bench.sequence(1, tokens(0, 9)), 9, true));
    assertEquals(8, bench.manager.computedTokens(1));
    assertEquals(List.of(-1, -1, -1), bench.table(1).subList(0, 3));
    assertEquals(6, bench.manager.availableBlocks(Tier.DEVICE));
  }

  private static List<Integer> gone(Bench bench) {
    List<Integer> table = bench.table(0);
    return java.util.stream.IntStream.range(0, table.size())
        .filter(i -> table.get(i) == -1)
        .boxed()
        .toList();
  }
}
