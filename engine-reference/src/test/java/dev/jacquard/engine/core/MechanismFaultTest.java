package dev.jacquard.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.error.PluginException;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SamplingParams;
import dev.jacquard.spi.schedule.Scheduler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the engine makes of schedulers and block managers that throw.
class MechanismFaultTest {
  @TempDir Path folder;

  private static final SamplingParams SAMPLING =
      SamplingParams.builder().temperature(0).maxTokens(12).ignoreEos(true).build();

  /// Fails at the `at`-th call of `method`, once.
  private static Wrapped.Interceptor once(String method, int at) {
    AtomicInteger calls = new AtomicInteger();
    return called -> {
      if (called.equals(method) && calls.incrementAndGet() == at) {
        throw new IllegalStateException(method + " fails as the test wants");
      }
    };
  }

  private List<List<Integer>> answer(int seed) {
    try (LoopBench bench = new LoopBench(folder, new LoopBench.Setup())) {
      ActiveRequest request = bench.submit(bench.prompt(seed, 20), SAMPLING);
      bench.run();
      return LoopBench.answers(request);
    }
  }

  @ParameterizedTest
  @CsvSource({"plan,5,1", "plan,5,2", "complete,5,1", "complete,5,2"})
  void aSchedulerThatThrowsEndsWhatRanAndTheRestGoesOn(String method, int at, int stepsInFlight) {
    check(
        new LoopBench.Setup()
            .stepsInFlight(stepsInFlight)
            .maxRunning(1)
            .schedulers(Wrapped.with(Scheduler.class, once(method, at))));
  }

  @ParameterizedTest
  @CsvSource({
    "planning,5,1",
    "reserve,4,2",
    "commit,5,1",
    "commit,5,2",
    "drainCopies,5,2",
    "tableLength,6,1",
    "tableLength,6,2"
  })
  void aBlockManagerThatThrowsEndsWhatRanAndTheRestGoesOn(
      String method, int at, int stepsInFlight) {
    check(
        new LoopBench.Setup()
            .stepsInFlight(stepsInFlight)
            .maxRunning(1)
            .managers(Wrapped.with(BlockSpaceManager.class, once(method, at))));
  }

  private void check(LoopBench.Setup setup) {
    try (LoopBench bench = new LoopBench(folder, setup)) {
      ActiveRequest running = bench.submit(bench.prompt(1, 20), SAMPLING);
      ActiveRequest waiting = bench.submit(bench.prompt(2, 20), SAMPLING);
      bench.assertAtRest();
      assertInstanceOf(PluginException.class, running.failure());
      assertEquals(FinishReason.ERROR, running.sequence(0).finish());
      assertNull(waiting.failure());
      assertEquals(answer(2), LoopBench.answers(waiting));
      assertEquals(1, bench.metric("jacquard_recoveries_total"));
      ActiveRequest later = bench.submit(bench.prompt(1, 20), SAMPLING);
      bench.assertAtRest();
      assertEquals(answer(1), LoopBench.answers(later));
    }
  }

  @Test
  void aCancelThatThrowsStillEndsTheRequest() {
    LoopBench.Setup setup =
        new LoopBench.Setup().schedulers(Wrapped.with(Scheduler.class, once("cancel", 1)));
    try (LoopBench bench = new LoopBench(folder, setup)) {
      ActiveRequest request = bench.submit(bench.prompt(1, 20), SAMPLING.toBuilder().n(3).build());
      bench.turn(3);
      bench.loop.cancel(request);
      bench.assertAtRest();
      for (int i = 0; i < 3; i++) {
        assertEquals(FinishReason.ABORTED, request.sequence(i).finish());
      }
    }
  }

  @Test
  void aSchedulerThatAlwaysThrowsEndsRequestsInsteadOfTryingForEver() {
    AtomicInteger plans = new AtomicInteger();
    LoopBench.Setup setup =
        new LoopBench.Setup()
            .schedulers(
                Wrapped.with(
                    Scheduler.class,
                    method -> {
                      if (method.equals("plan")) {
                        plans.incrementAndGet();
                        throw new IllegalStateException("never");
                      }
                    }));
    try (LoopBench bench = new LoopBench(folder, setup)) {
      for (int i = 0; i < 3; i++) {
        ActiveRequest request = bench.submit(bench.prompt(i, 20), SAMPLING);
        for (int turn = 0; turn < 10; turn++) {
          bench.turn(1);
        }
        assertTrue(request.done());
        assertInstanceOf(PluginException.class, request.failure());
      }
      assertNull(bench.loop.dead());
      assertTrue(plans.get() <= 40, plans + " plans");
    }
  }

  @Test
  void aFactoryThatFailsTheSecondTimeEndsTheEngineWithAnAnswerToEverybody() {
    AtomicInteger made = new AtomicInteger();
    LoopBench.Setup setup =
        new LoopBench.Setup()
            .maxRunning(1)
            .schedulers(scheduler -> {
              if (made.incrementAndGet() > 1) {
                throw new IllegalStateException("no second scheduler");
              }
              return Wrapped.with(Scheduler.class, once("plan", 4)).apply(scheduler);
            });
    try (LoopBench bench = new LoopBench(folder, setup)) {
      List<ActiveRequest> requests = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        requests.add(bench.submit(bench.prompt(i, 20), SAMPLING));
      }
      bench.run();
      for (ActiveRequest request : requests) {
        assertTrue(request.done());
        assertInstanceOf(PluginException.class, request.failure());
      }
      assertNotNull(bench.loop.dead());
      assertFalse(bench.loop.turn());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aSequenceTheManagerNeverAdmitsGetsAnErrorAndDoesNotHang(int group) {
    LoopBench.Setup setup =
        new LoopBench.Setup()
            .managers(real ->
                (BlockSpaceManager)
                    java.lang.reflect.Proxy.newProxyInstance(
                        BlockSpaceManager.class.getClassLoader(),
                        new Class<?>[] {BlockSpaceManager.class},
                        (proxy, method, arguments) ->
                            method.getName().equals("admit")
                                ? dev.jacquard.spi.block.Reservation.NEVER
                                : method.invoke(real, arguments)));
    try (LoopBench bench = new LoopBench(folder, setup)) {
      ActiveRequest request =
          bench.submit(bench.prompt(1, 20), SAMPLING.toBuilder().n(group).build());
      bench.turn(3);
      assertTrue(request.done());
      assertNotNull(request.failure());
      bench.assertAtRest();
    }
  }
}
