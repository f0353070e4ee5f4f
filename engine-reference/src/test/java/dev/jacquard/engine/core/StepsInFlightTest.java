package dev.jacquard.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.request.SamplingParams;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// On a backend that reads a step's inputs as late as it may, the engine must not have changed them meanwhile (KRN-18).
class StepsInFlightTest {
  @TempDir Path folder;

  private static SamplingParams sampling(int n, int tokens) {
    return SamplingParams.builder()
        .n(n)
        .temperature(0.8)
        .seed(99)
        .maxTokens(tokens)
        .ignoreEos(true)
        .build();
  }

  /// Groups that copy on write, a prompt that is found cached, prompts in chunks of which only the last one has an output, and one that is cancelled.
  private List<List<List<Integer>>> run(LoopBench.Setup setup) {
    try (LoopBench bench = new LoopBench(folder, setup)) {
      List<ActiveRequest> requests = new ArrayList<>();
      requests.add(bench.submit(bench.prompt(1, 75), sampling(1, 20)));
      requests.add(bench.submit(bench.prompt(2, 21), sampling(3, 25)));
      bench.turn(5);
      ActiveRequest cancelled = bench.submit(bench.prompt(3, 70), sampling(1, 20));
      requests.add(bench.submit(bench.prompt(1, 78), sampling(1, 14)));
      bench.turn(3);
      bench.loop.cancel(cancelled);
      requests.add(bench.submit(bench.prompt(4, 12), sampling(2, 30)));
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

  private static LoopBench.Setup setup(int stepsInFlight, int blocks, int hostBlocks) {
    return new LoopBench.Setup().stepsInFlight(stepsInFlight).blocks(blocks, hostBlocks);
  }

  @ParameterizedTest
  @CsvSource({"1,64,0", "2,64,0", "1,14,0", "2,14,0", "1,14,24", "2,14,24"})
  void aBackendThatReadsLateReadsWhatItWasGiven(int stepsInFlight, int blocks, int hostBlocks) {
    List<List<List<Integer>>> expected = run(new LoopBench.Setup());
    LateBackend late = new LateBackend();
    assertEquals(
        expected, run(setup(stepsInFlight, blocks, hostBlocks).backend(late::before)), "answers");
    assertTrue(late.late() > 1000, late.late() + " operations were late");
  }

  /// A manager whose revisions begin anew with each owner of an id, as a manager's may.
  private static BlockSpaceManager revisionsFromZero(BlockSpaceManager real) {
    Map<Integer, Integer> first = new HashMap<>();
    return (BlockSpaceManager)
        Proxy.newProxyInstance(
            BlockSpaceManager.class.getClassLoader(),
            new Class<?>[] {BlockSpaceManager.class},
            (proxy, method, arguments) -> {
              try {
                Object answer = method.invoke(real, arguments);
                return switch (method.getName()) {
                  case "tableRevision" -> {
                    int revision = (Integer) answer;
                    yield revision - first.computeIfAbsent((Integer) arguments[0], id -> revision);
                  }
                  case "release" -> {
                    first.remove(arguments[0]);
                    yield answer;
                  }
                  default -> answer;
                };
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @ParameterizedTest
  @CsvSource({"1,64,0", "2,64,0", "1,14,0", "2,14,0", "2,14,24"})
  void anIdThatHasANewOwnerHasANewTable(int stepsInFlight, int blocks, int hostBlocks) {
    List<List<List<Integer>>> expected = run(new LoopBench.Setup());
    assertEquals(
        expected,
        run(
            setup(stepsInFlight, blocks, hostBlocks)
                .managers(StepsInFlightTest::revisionsFromZero)));
  }

  @ParameterizedTest
  @CsvSource({"1,64,0", "2,64,0", "2,14,0", "2,14,24"})
  void whatAFailedStepLeftInFlightIsWaitedFor(int stepsInFlight, int blocks, int hostBlocks) {
    List<List<List<Integer>>> expected = run(new LoopBench.Setup());
    for (int call = 1; call <= 60; call += 9) {
      // the last operation of a step fails to be enqueued, the others are in flight already
      FaultyBackend faults = new FaultyBackend().fail("gatherRows", call);
      assertEquals(
          expected,
          run(
              setup(stepsInFlight, blocks, hostBlocks)
                  .backend(real -> faults.before(new LateBackend().before(real)))),
          "gatherRows " + call);
    }
  }
}
