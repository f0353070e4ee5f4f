package dev.jacquard.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SamplingParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests step by step: cancelled, late, ended and put beside others at every boundary.
class RequestLifeTest {
  @TempDir Path folder;

  private static SamplingParams.Builder sampling() {
    return SamplingParams.builder().temperature(0.7).seed(5).maxTokens(10).ignoreEos(true);
  }

  private static SamplingParams.Builder greedy() {
    return sampling().temperature(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aCancelAtAnyStepGivesTheBlocksBackAndDisturbsNobody(int stepsInFlight) {
    LoopBench.Setup setup = new LoopBench.Setup().stepsInFlight(stepsInFlight).stepTokens(12);
    List<List<Integer>> undisturbed = null;
    for (int turns = 0; turns < 16; turns++) {
      try (LoopBench bench = new LoopBench(folder, setup)) {
        ActiveRequest stays = bench.submit(bench.prompt(1, 30), sampling().build());
        ActiveRequest goes = bench.submit(bench.prompt(2, 30), sampling().n(3).build());
        bench.turn(turns);
        bench.loop.cancel(goes);
        bench.turn(1);
        for (int i = 0; i < 3; i++) {
          assertNotEquals(FinishReason.NONE, goes.sequence(i).finish(), "after " + turns);
        }
        bench.assertAtRest();
        assertEquals(FinishReason.LENGTH, stays.sequence(0).finish());
        if (undisturbed == null) {
          undisturbed = LoopBench.answers(stays);
        }
        assertEquals(undisturbed, LoopBench.answers(stays), "after " + turns);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aDeadlineAbortsWhatWaitsAndWhatRuns(int stepsInFlight) {
    LoopBench.Setup setup = new LoopBench.Setup().stepsInFlight(stepsInFlight).maxRunning(1);
    try (LoopBench bench = new LoopBench(folder, setup)) {
      ActiveRequest running =
          bench.submit(bench.prompt(1, 20), sampling().maxTokens(90).build(), 5_000_000);
      ActiveRequest waiting = bench.submit(bench.prompt(2, 20), sampling().build(), 3_000_000);
      ActiveRequest patient = bench.submit(bench.prompt(3, 20), sampling().build());
      bench.assertAtRest();
      assertEquals(FinishReason.ABORTED, running.sequence(0).finish());
      assertTrue(LoopBench.answers(running).getFirst().size() < 10);
      assertEquals(FinishReason.ABORTED, waiting.sequence(0).finish());
      assertEquals(List.of(List.of()), LoopBench.answers(waiting));
      assertEquals(FinishReason.LENGTH, patient.sequence(0).finish());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anEndTokenEndsTheAnswerWhenItComesAndNotBefore(int stepsInFlight) {
    List<Integer> free;
    try (LoopBench bench = new LoopBench(folder, new LoopBench.Setup())) {
      ActiveRequest request = bench.submit(bench.prompt(1, 20), greedy().build());
      bench.run();
      free = LoopBench.answers(request).getFirst();
    }
    // the token that comes latest for the first time
    int end = free.stream().max(Comparator.comparingInt(free::indexOf)).orElseThrow();
    int first = free.indexOf(end);
    assertTrue(first > 1, "a dull answer: " + free);
    LoopBench.Setup setup = new LoopBench.Setup().stepsInFlight(stepsInFlight).endToken(end);
    try (LoopBench bench = new LoopBench(folder, setup)) {
      ActiveRequest stops = bench.submit(bench.prompt(1, 20), greedy().ignoreEos(false).build());
      ActiveRequest ignores = bench.submit(bench.prompt(1, 20), greedy().build());
      ActiveRequest waits =
          bench.submit(bench.prompt(1, 20), greedy().ignoreEos(false).minTokens(9).build());
      bench.assertAtRest();
      assertEquals(free.subList(0, first + 1), LoopBench.answers(stops).getFirst());
      assertEquals(FinishReason.STOP, stops.sequence(0).finish());
      assertEquals(free, LoopBench.answers(ignores).getFirst());
      List<Integer> late = LoopBench.answers(waits).getFirst();
      assertEquals(free.subList(0, first), late.subList(0, first));
      assertTrue(late.subList(0, 9).stream().noneMatch(token -> token == end), "min_tokens");
      assertTrue(late.size() >= 9);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void moreSequencesThanIdsQueueUpAndAllEnd(int stepsInFlight) {
    LoopBench.Setup setup = new LoopBench.Setup().stepsInFlight(stepsInFlight).maxRunning(3);
    try (LoopBench bench = new LoopBench(folder, setup)) {
      List<ActiveRequest> requests = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        requests.add(bench.submit(bench.prompt(i, 9 + i), sampling().n(i % 4 + 1).build()));
      }
      bench.assertAtRest();
      for (ActiveRequest request : requests) {
        for (int i = 0; i < request.count(); i++) {
          assertEquals(FinishReason.LENGTH, request.sequence(i).finish());
          assertEquals(10, request.sequence(i).generated(0).length);
        }
      }
    }
  }

  @Test
  void aGroupWhoseFirstAnswerEndsAtOnceStillGivesTheOthers() {
    List<List<Integer>> free;
    try (LoopBench bench = new LoopBench(folder, new LoopBench.Setup())) {
      ActiveRequest request = bench.submit(bench.prompt(6, 20), sampling().n(4).build());
      bench.run();
      free = LoopBench.answers(request);
    }
    for (int index = 0; index < 4; index++) {
      int end = free.get(index).getFirst();
      LoopBench.Setup setup = new LoopBench.Setup().endToken(end);
      try (LoopBench bench = new LoopBench(folder, setup)) {
        ActiveRequest request =
            bench.submit(bench.prompt(6, 20), sampling().n(4).ignoreEos(false).build());
        bench.assertAtRest();
        List<List<Integer>> answers = LoopBench.answers(request);
        for (int i = 0; i < 4; i++) {
          int at = free.get(i).indexOf(end);
          List<Integer> expected = at < 0 ? free.get(i) : free.get(i).subList(0, at + 1);
          assertEquals(expected, answers.get(i), "answer " + i + ", end token of " + index);
        }
      }
    }
  }

  @Test
  void theAnswersOfAGroupHaveHashesAndTokensOfTheirOwn() {
    try (LoopBench bench = new LoopBench(folder, new LoopBench.Setup())) {
      int[] prompt = bench.prompt(8, 3 * LoopBench.BLOCK_SIZE - 1);
      ActiveRequest group = bench.submit(prompt, sampling().n(3).build());
      ActiveRequest single = bench.submit(prompt, sampling().build());
      for (int i = 0; i < 3; i++) {
        assertEquals(prompt.length, group.sequence(i).length());
        assertEquals(i, group.sequence(i).index());
        for (int block = 0; block < 2; block++) {
          assertEquals(single.sequence(0).blockHash(block), group.sequence(i).blockHash(block));
        }
        int known = i;
        assertThrows(
            IndexOutOfBoundsException.class, () -> group.sequence(known).blockHash(2), "not full");
      }
      group.sequence(1).append(5, null);
      group.sequence(2).append(6, null);
      single.sequence(0).append(6, null);
      assertEquals(prompt.length, group.sequence(0).length(), "the others' tokens are theirs");
      assertEquals(single.sequence(0).blockHash(2), group.sequence(2).blockHash(2));
      assertNotEquals(group.sequence(1).blockHash(2), group.sequence(2).blockHash(2));
    }
  }

  @Test
  void theThreadOfAClosedLoopIsGoneAndLateRequestsAreRefused() {
    LoopBench bench = new LoopBench(folder, new LoopBench.Setup());
    ActiveRequest running = bench.submit(bench.prompt(1, 20), sampling().build());
    bench.turn(3);
    bench.close();
    assertEquals(FinishReason.ERROR, running.sequence(0).finish());
    assertNotNull(running.failure());
    ActiveRequest late = bench.submit(bench.prompt(1, 20), sampling().build());
    assertTrue(late.done());
    assertNotNull(late.failure());
    bench.loop.close();
  }
}
