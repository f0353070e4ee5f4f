package dev.jacquard.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.schedule.Bench.Row;
import dev.jacquard.engine.schedule.Bench.Setup;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.error.RequestRejectedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Plans, row by row.
class ContinuousBatchingTest {
  @Test
  void aPromptIsCutIntoChunksOfTheBudgetAndOnlyTheLastHasAnOutput() {
    Bench bench = new Bench(Setup.of(32, 4, 8));
    bench.submit(0, 20, 3);
    assertEquals(List.of(new Row(0, 0, 8, 0)), bench.step());
    assertEquals(List.of(new Row(0, 8, 8, 0)), bench.step());
    assertEquals(List.of(new Row(0, 16, 4, 1)), bench.step());
    assertEquals(List.of(new Row(0, 20, 1, 1)), bench.step());
    assertEquals(List.of(new Row(0, 21, 1, 1)), bench.step());
    assertEquals(List.of(), bench.step(), "the last token of an answer is not computed");
    bench.assertNothingHeld();
  }

  @Test
  void runningSequencesComeFirstAndNewOnesGetWhatIsLeftOfTheBudget() {
    Bench bench = new Bench(Setup.of(32, 4, 10));
    bench.submit(0, 3, 8);
    bench.submit(1, 4, 8);
    bench.submit(2, 9, 8);
    bench.submit(3, 5, 8);
    assertEquals(
        List.of(new Row(0, 0, 3, 1), new Row(1, 0, 4, 1), new Row(2, 0, 3, 0)), bench.step());
    assertEquals(
        List.of(new Row(0, 3, 1, 1), new Row(1, 4, 1, 1), new Row(2, 3, 6, 1), new Row(3, 0, 2, 0)),
        bench.step());
    assertEquals(
        List.of(new Row(0, 4, 1, 1), new Row(1, 5, 1, 1), new Row(2, 9, 1, 1), new Row(3, 2, 3, 1)),
        bench.step());
    bench.finish(20);
  }

  @Test
  void neverMoreRowsRunThanAreAllowed() {
    Bench bench = new Bench(Setup.of(32, 2, 10));
    for (int id = 0; id < 5; id++) {
      bench.submit(id, 2, 3);
    }
    int most = 0;
    while (bench.scheduler.waiting() + bench.scheduler.running() > 0) {
      List<Row> rows = bench.step();
      most = Math.max(most, rows.size());
      assertTrue(rows.stream().mapToInt(Row::count).sum() <= 10, "budget");
    }
    assertEquals(2, most);
  }

  @Test
  void whenBlocksRunOutTheOneAdmittedLastGivesItsBlocksUpAndItsRowGoes() {
    // vllm#23347: the victim may have its row in the plan already
    Bench bench = new Bench(Setup.of(6, 4, 64));
    bench.submit(0, 8, 9);
    bench.submit(1, 12, 9);
    assertEquals(List.of(new Row(0, 0, 8, 1), new Row(1, 0, 12, 1)), bench.step());
    // 5 of 6 blocks are held: 0 takes the last one, 1 has none and gives up its own
    assertEquals(List.of(new Row(0, 8, 1, 1)), bench.step());
    assertEquals(List.of("preempted 1"), bench.heard);
    assertEquals(1, bench.scheduler.waiting());
    assertEquals(1, bench.metric("jacquard_preemptions_total{mode=\"recompute\"}"));
    bench.finish(40);
    assertEquals(List.of("preempted 1", "LENGTH 0", "LENGTH 1"), bench.heard);
  }

  @Test
  void aVictimThatIsPlannedAlreadyLosesItsRowAndIsPlannedAnewFromWhatIsCached() {
    // the policy names the first to run, whose row stands already
    Bench bench = new Bench(Setup.of(6, 4, 64).policy(new Policies.FirstIsVictim()));
    bench.submit(0, 8, 9);
    bench.submit(1, 12, 9);
    bench.step();
    List<Row> rows = bench.step();
    assertEquals(List.of(new Row(1, 12, 1, 1)), rows, "the row of 0 is gone");
    assertEquals(List.of("preempted 0"), bench.heard);
    bench.finish(40);
    assertEquals(2, bench.heard.stream().filter(line -> line.startsWith("LENGTH")).count());
  }

  @Test
  void aPrefillThatPreemptsTwoBeforeItInTheListIsPlannedOnce() {
    Bench bench = new Bench(Setup.of(12, 4, 64).policy(new Policies.FirstIsVictim()));
    bench.submit(0, 4, 24);
    bench.submit(1, 6, 24);
    bench.step();
    bench.submit(2, 30, 4);
    bench.budget = 4;
    assertEquals(
        List.of(new Row(0, 4, 1, 1), new Row(1, 6, 1, 1), new Row(2, 0, 2, 0)), bench.step());
    bench.budget = 2;
    while (bench.blocks.availableBlocks(Tier.DEVICE) > 0) {
      bench.step();
    }
    bench.budget = 64;
    assertEquals(List.of(new Row(2, 2, 28, 1)), bench.step(), "the victims' rows are gone");
    assertEquals(List.of("preempted 0", "preempted 1"), bench.heard);
    bench.finish(200);
    assertEquals(3, bench.heard.stream().filter(line -> line.startsWith("LENGTH")).count());
  }

  @Test
  void nobodyIsAdmittedInAPlanThatPreempted() {
    Bench bench = new Bench(Setup.of(6, 4, 64));
    bench.submit(0, 8, 9);
    bench.submit(1, 12, 9);
    bench.step();
    bench.submit(2, 1, 2);
    assertEquals(List.of(new Row(0, 8, 1, 1)), bench.step());
  }

  @Test
  void withAHostTierTheVictimIsSwappedAndGoesOnWhereItWas() {
    Bench bench = new Bench(Setup.of(6, 4, 64).host(8));
    bench.submit(0, 8, 5);
    bench.submit(1, 12, 5);
    bench.step();
    bench.step();
    assertEquals(List.of("preempted 1"), bench.heard);
    assertEquals(1, bench.metric("jacquard_preemptions_total{mode=\"swap\"}"));
    assertTrue(bench.blocks.availableBlocks(Tier.HOST) < 8, "its blocks are in the host tier");
    while (bench.scheduler.waiting() > 0) {
      List<Row> rows = bench.step();
      for (Row row : rows) {
        assertTrue(row.sequence() == 0 || row.first() >= 12, "nothing is computed twice: " + row);
      }
    }
    bench.finish(40);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aCancelAtAnyBoundaryGivesTheBlocksBackAtTheCompleteOfTheLastPlan(int stepsInFlight) {
    for (int steps = 0; steps < 12; steps++) {
      Bench bench = new Bench(Setup.of(32, 4, 4).inFlight(stepsInFlight));
      bench.submit(0, 10, 6);
      bench.submit(1, 10, 6);
      int plans = 0;
      for (int i = 0; i < steps && bench.scheduler.holds(0); i++) {
        boolean planned = !bench.plan().isEmpty();
        plans += planned ? 1 : 0;
        if (plans == stepsInFlight) {
          bench.complete();
          plans--;
        }
      }
      bench.cancel(0);
      boolean named = plans > 0;
      for (; plans > 0; plans--) {
        bench.complete();
      }
      assertFalse(bench.scheduler.holds(0), steps + " steps, in flight: " + named);
      bench.finish(40);
      assertTrue(bench.heard.contains("LENGTH 1"));
    }
  }

  @Test
  void rowsInFlightAfterAFinishAreDiscardedAndTheBlocksReturnAtTheirComplete() {
    Bench bench = new Bench(Setup.of(16, 4, 16).inFlight(2));
    bench.submit(0, 6, 10);
    assertEquals(List.of(new Row(0, 0, 6, 1)), bench.plan());
    assertEquals(List.of(new Row(0, 6, 1, 1)), bench.plan(), "on top of a token that arrives");
    bench.complete(0);
    assertTrue(bench.scheduler.holds(0), "a plan that is out names it");
    assertEquals(1, bench.scheduler.running());
    assertTrue(bench.blocks.availableBlocks(Tier.DEVICE) < 16, "its blocks may still be written");
    assertEquals(List.of(), bench.plan());
    bench.complete();
    assertFalse(bench.scheduler.holds(0));
    bench.assertNothingHeld();
  }

  @Test
  void twoPlansMayBeOutAndNotThree() {
    Bench bench = new Bench(Setup.of(16, 4, 16).inFlight(2));
    bench.submit(0, 6, 10);
    bench.plan();
    bench.plan();
    assertThrows(IllegalStateException.class, bench::plan);
  }

  @Test
  void aFailedStepIsPlannedAgain() {
    Bench bench = new Bench(Setup.of(16, 4, 5));
    bench.submit(0, 8, 4);
    List<Row> first = bench.plan();
    bench.completeFailed();
    assertEquals(first, bench.step(), "the first chunk");
    List<Row> second = bench.plan();
    assertEquals(List.of(new Row(0, 5, 3, 1)), second);
    bench.completeFailed();
    assertEquals(second, bench.step(), "the second chunk");
    List<Row> decode = bench.plan();
    bench.completeFailed();
    assertEquals(decode, bench.step(), "a decoded token");
    bench.finish(20);
  }

  @Test
  void twoFailedStepsInFlightArePlannedAgainFromTheFirst() {
    Bench bench = new Bench(Setup.of(16, 4, 16).inFlight(2));
    bench.submit(0, 6, 6);
    bench.plan();
    bench.plan();
    bench.completeFailed();
    bench.completeFailed();
    assertEquals(List.of(new Row(0, 0, 6, 1)), bench.plan());
    bench.complete();
    assertEquals(List.of(new Row(0, 6, 1, 1)), bench.plan());
    bench.complete();
    bench.finish(20);
  }

  @Test
  void aChildRunsBesideItsParentAndSharesItsBlocks() {
    Bench bench = new Bench(Setup.of(16, 4, 16));
    TestSequence parent = bench.submit(0, 10, 5);
    bench.step();
    int held = 16 - bench.blocks.availableBlocks(Tier.DEVICE);
    bench.fork(parent, 1);
    assertEquals(held, 16 - bench.blocks.availableBlocks(Tier.DEVICE), "a fork takes no block");
    assertEquals(List.of(new Row(0, 10, 1, 1), new Row(1, 10, 1, 1)), bench.step());
    assertEquals(held + 1, 16 - bench.blocks.availableBlocks(Tier.DEVICE), "the last one parted");
    bench.finish(20);
  }

  @Test
  void aChildThatHasNoRoomToRunQueuesAndFindsItsPromptCached() {
    Bench bench = new Bench(Setup.of(16, 1, 16));
    TestSequence parent = bench.submit(0, 10, 3);
    bench.step();
    bench.fork(parent, 1);
    assertEquals(1, bench.scheduler.waiting());
    while (bench.scheduler.holds(0)) {
      bench.step();
    }
    assertEquals(List.of(new Row(1, 8, 3, 1)), bench.step(), "two blocks were cached");
    bench.finish(20);
  }

  @Test
  void whoCanNeverRunIsRefusedAtOnce() {
    Bench bench = new Bench(Setup.of(4, 4, 16));
    RequestRejectedException refusal =
        assertThrows(RequestRejectedException.class, () -> bench.submit(0, 10, 7));
    assertTrue(refusal.getMessage().contains("17"), refusal.getMessage());
    assertFalse(bench.scheduler.holds(0));
    bench.submit(1, 10, 6);
    bench.finish(20);
  }

  @Test
  void aLongPromptDoesNotStarveAndStarvesNobody() {
    Bench bench = new Bench(Setup.of(40, 3, 6));
    bench.submit(0, 100, 5);
    for (int id = 1; id < 20; id++) {
      bench.submit(id, 1 + id % 7, 1 + id % 9);
    }
    bench.finish(300);
    assertEquals(20, bench.heard.stream().filter(line -> line.startsWith("LENGTH")).count());
  }

  @Test
  void closingGivesEverythingBackWhateverItsState() {
    Bench bench = new Bench(Setup.of(8, 2, 16).inFlight(2).host(8));
    for (int id = 0; id < 5; id++) {
      bench.submit(id, 7, 9);
    }
    for (int i = 0; i < 6; i++) {
      bench.step();
    }
    bench.plan();
    bench.scheduler.close();
    bench.scheduler.close();
    for (int id = 0; id < 5; id++) {
      assertFalse(bench.scheduler.holds(id));
    }
    bench.assertNothingHeld();
  }
}
