package dev.jacquard.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SamplingParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the engine makes of a backend that fails.
class BackendFaultTest {
  @TempDir Path folder;

  private static SamplingParams sampling(int n) {
    return SamplingParams.builder()
        .n(n)
        .temperature(0.8)
        .seed(99)
        .maxTokens(20)
        .ignoreEos(true)
        .build();
  }

  /// Four requests, one of them a group, in a pool that is too small for all of them.
  private List<List<List<Integer>>> run(LoopBench.Setup setup, int turnsBefore) {
    try (LoopBench bench = new LoopBench(folder, setup)) {
      List<ActiveRequest> requests = new ArrayList<>();
      requests.add(bench.submit(bench.prompt(1, 40), sampling(1)));
      requests.add(bench.submit(bench.prompt(2, 21), sampling(3)));
      bench.turn(turnsBefore);
      requests.add(bench.submit(bench.prompt(1, 44), sampling(1)));
      requests.add(bench.submit(bench.prompt(4, 9), sampling(1)));
      bench.assertAtRest();
      List<List<List<Integer>>> answers = new ArrayList<>();
      for (ActiveRequest request : requests) {
        assertNull(request.failure());
        assertTrue(request.done());
        answers.add(LoopBench.answers(request));
      }
      return answers;
    }
  }

  @ParameterizedTest
  @CsvSource({"1,embed", "2,embed", "1,downloadRows", "2,downloadRows", "1,matmul", "2,matmul"})
  void aFailedStepDoesNotShowInTheAnswers(int stepsInFlight, String method) {
    List<List<List<Integer>>> expected = run(new LoopBench.Setup(), 5);
    for (int call = 1; call <= 40; call += 3) {
      FaultyBackend faults = new FaultyBackend().fail(method, call);
      assertEquals(
          expected,
          run(new LoopBench.Setup().stepsInFlight(stepsInFlight).faults(faults), 5),
          method + " call " + call + ", " + stepsInFlight + " in flight");
      assertEquals(1, faults.failed(), method + " call " + call);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,copyBlocks,0", "2,copyBlocks,24", "1,copyBlocks,24", "2,embed,24", "1,embed,0"})
  void aFailedStepWhileBlocksMoveDoesNotShow(int stepsInFlight, String method, int hostBlocks) {
    List<List<List<Integer>>> expected = run(new LoopBench.Setup(), 5);
    int failures = 0;
    for (int call = 1; call <= 24; call++) {
      FaultyBackend faults = new FaultyBackend().fail(method, call);
      LoopBench.Setup setup =
          new LoopBench.Setup().stepsInFlight(stepsInFlight).blocks(12, hostBlocks).faults(faults);
      assertEquals(expected, run(setup, 5), method + " call " + call);
      failures += faults.failed();
    }
    assertTrue(failures > 0, method + " failed " + failures + " times");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aWaitThatReportsTheFailureOnceMoreHasNotWaited(int stepsInFlight) {
    FaultyBackend faults = new FaultyBackend().fail("attention", 9).fail("synchronize", 2, 3);
    assertEquals(
        run(new LoopBench.Setup(), 5),
        run(new LoopBench.Setup().stepsInFlight(stepsInFlight).stepTokens(12).faults(faults), 5));
    assertEquals(3, faults.failed());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void manyFailedStepsOneByOneDoNotShow(int stepsInFlight) {
    FaultyBackend faults = new FaultyBackend().fail("embed", 1, 3, 4, 7, 9, 10, 15, 20, 21);
    assertEquals(
        run(new LoopBench.Setup(), 5),
        run(new LoopBench.Setup().stepsInFlight(stepsInFlight).faults(faults), 5));
    assertEquals(9, faults.failed());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aStepThatFailsThreeTimesEndsWhatRanAndNothingElse(int stepsInFlight) {
    FaultyBackend faults = new FaultyBackend().fail("embed", 4, 5, 6);
    LoopBench.Setup setup =
        new LoopBench.Setup().stepsInFlight(stepsInFlight).maxRunning(1).faults(faults);
    try (LoopBench bench = new LoopBench(folder, setup)) {
      ActiveRequest running = bench.submit(bench.prompt(1, 20), sampling(1));
      ActiveRequest waiting = bench.submit(bench.prompt(2, 20), sampling(1));
      bench.assertAtRest();
      assertInstanceOf(BackendException.class, running.failure());
      assertEquals(FinishReason.ERROR, running.sequence(0).finish());
      assertNull(waiting.failure());
      assertEquals(FinishReason.LENGTH, waiting.sequence(0).finish());
      assertNull(bench.loop.dead());
      assertEquals(3, bench.metric("jacquard_failed_steps_total") + 1, "the third ends it");
      assertEquals(1, bench.metric("jacquard_recoveries_total"));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,embed", "2,embed", "1,downloadRows", "2,downloadRows"})
  void aLostBackendFailsEverythingAndTakesNothingMore(int stepsInFlight, String method) {
    FaultyBackend faults = new FaultyBackend().fail(method, 6).lose();
    LoopBench.Setup setup =
        new LoopBench.Setup().stepsInFlight(stepsInFlight).maxRunning(2).faults(faults);
    try (LoopBench bench = new LoopBench(folder, setup)) {
      List<ActiveRequest> requests = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        requests.add(bench.submit(bench.prompt(i, 20), sampling(i % 2 + 1)));
      }
      bench.run();
      for (ActiveRequest request : requests) {
        assertTrue(request.done());
        BackendException failure = assertInstanceOf(BackendException.class, request.failure());
        assertEquals(BackendException.Severity.BACKEND_LOST, failure.severity());
      }
      assertNotNull(bench.loop.dead());
      int computed = faults.calls("embed");
      ActiveRequest late = bench.submit(bench.prompt(9, 9), sampling(1));
      bench.run();
      assertNotNull(late.failure());
      assertEquals(computed, faults.calls("embed"), "a lost backend is left alone");
      assertFalse(bench.loop.turn(), "there is nothing left to do");
    }
  }

  @ParameterizedTest
  @CsvSource({"1,false", "2,false", "1,true", "2,true"})
  void closingWhileStepsFailLeavesNoThread(int stepsInFlight, boolean lost) {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    // inside a step, and again and again
    FaultyBackend faults =
        new FaultyBackend().fail("attention", IntStream.range(5, 5000).toArray());
    if (lost) {
      faults.lose();
    }
    LoopBench.Setup setup =
        new LoopBench.Setup().stepsInFlight(stepsInFlight).threads(2).maxRunning(1).faults(faults);
    List<ActiveRequest> requests = new ArrayList<>();
    try (LoopBench bench = new LoopBench(folder, setup)) {
      for (int i = 0; i < 12; i++) {
        requests.add(bench.submit(bench.prompt(i, 20), sampling(1)));
      }
      bench.loop.start();
      while (!requests.getFirst().done()) {
        Thread.onSpinWait();
      }
    }
    for (ActiveRequest request : requests) {
      assertTrue(request.done());
      assertNotNull(request.failure());
    }
    assertTrue(faults.failed() > 0);
    Set<String> left =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !before.contains(thread) && thread.getName().startsWith("jacquard"))
            .map(Thread::getName)
            .collect(Collectors.toSet());
    assertEquals(Set.of(), left);
  }

  @Test
  void theLogitsOfOneRequestThatAreNoNumbersFailThatRequestAlone() {
    FaultyBackend faults = new FaultyBackend();
    try (LoopBench bench = new LoopBench(folder, new LoopBench.Setup().faults(faults))) {
      // every token that could be chosen is forbidden: nothing finite is left
      List<Integer> all = new ArrayList<>();
      for (int i = 0; i < 384; i++) {
        all.add(i);
      }
      SamplingParams impossible = sampling(1).toBuilder().stopTokenIds(all).minTokens(5).build();
      ActiveRequest healthy = bench.submit(bench.prompt(1, 20), sampling(1));
      ActiveRequest broken = bench.submit(bench.prompt(2, 20), impossible);
      bench.assertAtRest();
      assertNotNull(broken.failure());
      assertNull(healthy.failure());
      assertEquals(FinishReason.LENGTH, healthy.sequence(0).finish());
      assertEquals(0, bench.metric("jacquard_recoveries_total"));
    }
  }
}
