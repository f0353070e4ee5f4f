package dev.jacquard.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.cranky.CrankyBlockSpaceManager;
import dev.jacquard.conformance.cranky.CrankyEvictionPolicy;
import dev.jacquard.conformance.cranky.CrankyKernelBackend;
import dev.jacquard.conformance.cranky.CrankyScheduler;
import dev.jacquard.conformance.cranky.CrankySchedulingPolicy;
import dev.jacquard.conformance.cranky.Mood;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.ErrorCode;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SamplingParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Random lives over parts in a bad mood: each answer is the one computed in peace, or its request fails with the code
/// of what was injected. Repeat a run by `-Djacquard.test.seed=N`.
class CrankyLivesTest {
  private static final int REQUESTS = 200;
  private static final int KINDS = 16;

  @TempDir Path folder;

  /// Which parts are in a bad mood, and how bad: about one call in `oneIn` goes wrong.
  enum Part {
    BACKEND(250),
    POLICIES(40),
    MANAGER(6),
    SCHEDULER(60);

    final int oneIn;

    Part(int oneIn) {
      this.oneIn = oneIn;
    }

    /// Whether a request may fail with `code` because of it.
    boolean fails(ErrorCode code) {
      return switch (this) {
        case BACKEND -> code == StandardErrorCode.BACKEND_FAILED;
        case SCHEDULER -> code == StandardErrorCode.PLUGIN_FAILED;
        case POLICIES, MANAGER -> false;
      };
    }

    void into(LoopBench.Setup setup, Mood mood) {
      switch (this) {
        case BACKEND -> setup.backend(real -> new CrankyKernelBackend(real, mood));
        case MANAGER -> setup.managers(real -> new CrankyBlockSpaceManager(real, mood));
        case SCHEDULER -> setup.schedulers(real -> new CrankyScheduler(real, mood));
        case POLICIES -> {
          setup.evictions(real -> new CrankyEvictionPolicy(real, mood));
          setup.schedulings(real -> new CrankySchedulingPolicy(real, mood));
        }
      }
    }
  }

  private static long seed() {
    return Long.getLong("jacquard.test.seed", 20_261_122L);
  }

  private static SamplingParams sampling(int kind) {
    return SamplingParams.builder()
        .n(kind % 5 == 0 ? 2 : 1)
        .temperature(kind % 2 == 0 ? 0.8 : 0)
        .seed(kind)
        .maxTokens(4 + kind)
        .ignoreEos(true)
        .build();
  }

  private static int[] prompt(LoopBench bench, int kind) {
    // every other one shares its beginning with the one before
    return bench.prompt(kind / 2, 10 + 3 * kind);
  }

  private List<List<List<Integer>>> inPeace() {
    try (LoopBench bench = new LoopBench(folder, new LoopBench.Setup())) {
      List<ActiveRequest> requests = new ArrayList<>();
      for (int kind = 0; kind < KINDS; kind++) {
        requests.add(bench.submit(prompt(bench, kind), sampling(kind)));
      }
      bench.assertAtRest();
      return requests.stream().map(LoopBench::answers).toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BACKEND,1,0",
    "BACKEND,2,0",
    "BACKEND,2,24",
    "POLICIES,1,24",
    "POLICIES,2,0",
    "MANAGER,1,24",
    "MANAGER,2,0",
    "SCHEDULER,1,0",
    "SCHEDULER,2,24"
  })
  void everyAnswerIsRightOrFailedAndNothingIsLeftBehind(
      Part part, int stepsInFlight, int hostBlocks) {
    long seed = seed();
    Mood mood = new Mood(seed, part.oneIn);
    try {
      live(part, mood, new SplittableRandom(seed), stepsInFlight, hostBlocks);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("repeat by -Djacquard.test.seed=" + seed + "; " + mood, e);
    }
  }

  private void live(
      Part part, Mood mood, SplittableRandom random, int stepsInFlight, int hostBlocks) {
    List<List<List<Integer>>> expected = inPeace();
    LoopBench.Setup setup =
        new LoopBench.Setup().stepsInFlight(stepsInFlight).blocks(24, hostBlocks);
    part.into(setup, mood);
    List<Integer> kinds = new ArrayList<>();
    List<ActiveRequest> requests = new ArrayList<>();
    List<ActiveRequest> cancelled = new ArrayList<>();
    try (LoopBench bench = new LoopBench(folder, setup)) {
      while (requests.size() < REQUESTS) {
        int kind = random.nextInt(KINDS);
        kinds.add(kind);
        requests.add(bench.submit(prompt(bench, kind), sampling(kind)));
        bench.turn(random.nextInt(8));
        if (random.nextInt(10) == 0) {
          ActiveRequest leaving = requests.get(random.nextInt(requests.size()));
          bench.loop.cancel(leaving);
          cancelled.add(leaving);
        }
      }
      for (int turns = 0; !requests.stream().allMatch(ActiveRequest::done); turns++) {
        assertTrue(turns < 20_000, "some requests never end");
        bench.turn(1);
      }
      bench.assertAtRest();
      assertNull(bench.loop.dead());
    }
    assertTrue(mood.faults() > 0, "nothing went wrong");
    int right = 0;
    for (int i = 0; i < REQUESTS; i++) {
      List<List<Integer>> wanted = expected.get(kinds.get(i));
      right += judge(part, requests.get(i), wanted, cancelled.contains(requests.get(i))) ? 1 : 0;
    }
    assertTrue(right > REQUESTS / 2, right + " answers are whole");
  }

  /// Whether the answer is whole; else it must be the beginning of what it should be, for a reason.
  private static boolean judge(
      Part part, ActiveRequest request, List<List<Integer>> wanted, boolean cancelled) {
    EngineException failure = request.failure();
    if (failure == null && !cancelled) {
      assertEquals(wanted, LoopBench.answers(request));
      assertEquals(FinishReason.LENGTH, request.sequence(0).finish());
      return true;
    }
    if (failure != null) {
      assertTrue(part.fails(failure.code()), () -> "failed by " + failure);
      assertTrue(
          String.valueOf(failure.getMessage()).contains("as it was told"), failure::toString);
    }
    List<List<Integer>> answers = LoopBench.answers(request);
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(wanted.get(i).subList(0, answers.get(i).size()), answers.get(i));
    }
    return false;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aBackendThatIsLostAtAnyCallEndsEverythingAndIsLeftAlone(int stepsInFlight) {
    SplittableRandom random = new SplittableRandom(seed());
    for (int round = 0; round < 10; round++) {
      long lostAt = 1L + random.nextInt(600);
      Mood calm = new Mood(seed(), Integer.MAX_VALUE);
      LoopBench.Setup setup =
          new LoopBench.Setup()
              .stepsInFlight(stepsInFlight)
              .backend(real -> new CrankyKernelBackend(real, calm, lostAt));
      try (LoopBench bench = new LoopBench(folder, setup)) {
        List<ActiveRequest> requests = new ArrayList<>();
        for (int kind = 0; kind < KINDS; kind++) {
          requests.add(bench.submit(prompt(bench, kind), sampling(kind)));
        }
        bench.run();
        assertNotNull(bench.loop.dead(), () -> "lost at " + lostAt);
        for (ActiveRequest request : requests) {
          assertTrue(request.done());
          if (request.failure() instanceof BackendException failure) {
            assertEquals(BackendException.Severity.BACKEND_LOST, failure.severity());
          } else {
            assertNull(request.failure());
          }
        }
      }
    }
  }
}
