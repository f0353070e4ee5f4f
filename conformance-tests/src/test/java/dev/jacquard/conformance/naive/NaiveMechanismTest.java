package dev.jacquard.conformance.naive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Random lives on the naive mechanism, and the bugs that they must find.
class NaiveMechanismTest {
  private static NaiveRun.Outcome life(
      long seed, int stepsInFlight, UnaryOperator<BlockSpaceManager> around) {
    NaiveRun.Shape shape = NaiveRun.Shape.random(seed, stepsInFlight);
    CacheAudit audit = new CacheAudit();
    try {
      NaiveRun.Outcome outcome =
          NaiveRun.run(
              shape,
              seed,
              List.of(audit),
              List.of(),
              (BlockSpaceContext context) ->
                  around.apply(context.paged(new PlainEviction(context.deviceBlocks()))),
              context -> context.continuousBatching(new PlainScheduling()));
      audit.requireEmpty();
      return outcome;
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed " + seed + ", " + stepsInFlight + " in flight, " + shape + ": " + e.getMessage(),
          e);
    }
  }

  @Test
  void everySequenceHasTheTokensComputedWithoutBlocks() {
    int preemptions = 0;
    int finished = 0;
    for (long seed = 1; seed <= 60; seed++) {
      for (int stepsInFlight = 1; stepsInFlight <= 2; stepsInFlight++) {
        NaiveRun.Outcome outcome = life(seed, stepsInFlight, blocks -> blocks);
        preemptions += outcome.preemptions();
        finished += outcome.finished();
      }
    }
    assertTrue(finished > 1_200, "too few sequences finished to say anything: " + finished);
    assertTrue(preemptions > 200, "too few preemptions to say anything: " + preemptions);
  }

  @Test
  void theSameSeedGivesTheSameLife() {
    assertEquals(life(7, 2, blocks -> blocks), life(7, 2, blocks -> blocks));
  }

  private static void mustBeFound(String bug, UnaryOperator<BlockSpaceManager> planted) {
    assertThrows(
        AssertionError.class,
        () -> {
          for (long seed = 1; seed <= 60; seed++) {
            life(seed, 1 + (int) (seed % 2), planted);
          }
        },
        bug + " was not found in 60 lives");
  }

  @Test
  void lostCopiesAreFound() {
    mustBeFound("a copy that was never made", PlantedBugs.LosesCopies::new);
  }

  @Test
  void aSkippedPositionIsFound() {
    mustBeFound("a position that was skipped", PlantedBugs.SkipsAPosition::new);
  }

  @Test
  void aWrongTableIsFound() {
    mustBeFound("a table with two entries swapped", PlantedBugs.SwapsEntries::new);
  }

  @Test
  void aLeakIsFound() {
    mustBeFound("blocks that are never released", PlantedBugs.Leaks::new);
  }

  @Test
  void anIdleCachedPrefixIsMatchedBelowTheLastTokenOnly() {
    ManualClock clock = new ManualClock();
    BlockSpaceManager blocks = NaiveBlockSpaceContext.of(4, 8, clock).paged(new PlainEviction(8));
    NaiveSequence first = sequence(0, "", 1, 2, 3, 4, 5, 6, 7, 8);
    assertEquals(Reservation.GRANTED, blocks.admit(first, 8, false));
    blocks.commit(0, 8);
    blocks.release(0, dev.jacquard.spi.block.ReleaseReason.FINISHED);
    assertEquals(2, blocks.cachedBlocks(Tier.DEVICE));
    assertEquals(4, blocks.peek(sequence(1, "", 1, 2, 3, 4, 5, 6, 7, 8)));
    assertEquals(8, blocks.peek(sequence(1, "", 1, 2, 3, 4, 5, 6, 7, 8, 9)));
    assertEquals(0, blocks.peek(sequence(1, "other", 1, 2, 3, 4, 5, 6, 7, 8, 9)));
    assertEquals(0, blocks.peek(sequence(1, "", 9, 2, 3, 4, 5, 6, 7, 8, 9)));
    assertEquals(2, blocks.clear());
    assertEquals(0, blocks.peek(sequence(1, "", 1, 2, 3, 4, 5, 6, 7, 8, 9)));
  }

  @Test
  void protocolErrorsAreRefusedByName() {
    BlockSpaceManager blocks =
        NaiveBlockSpaceContext.of(4, 8, new ManualClock()).paged(new PlainEviction(8));
    assertThrows(IllegalStateException.class, () -> blocks.reserve(3, 4));
    NaiveSequence sequence = sequence(0, "", 1, 2, 3);
    assertEquals(Reservation.GRANTED, blocks.admit(sequence, 3, false));
    assertThrows(IllegalStateException.class, () -> blocks.commit(0, 5));
    assertThrows(IllegalStateException.class, () -> blocks.admit(sequence, 3, false));
    assertEquals(Reservation.NEVER, blocks.swapOut(0));
    assertEquals(Reservation.NEVER, blocks.reserve(0, 33));
    blocks.release(0, dev.jacquard.spi.block.ReleaseReason.FINISHED);
    assertThrows(
        IllegalStateException.class,
        () -> blocks.release(0, dev.jacquard.spi.block.ReleaseReason.FINISHED));
  }

  private static NaiveSequence sequence(int id, String scope, int... prompt) {
    return new NaiveSequence(
        id, 0, NaiveRequests.of(id, 0, 0, "", scope), prompt, prompt.length + 4, 4, -1);
  }
}
