package dev.jacquard.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.request.SamplingParams;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps that nobody asked for: how many there are, and that nobody can tell afterwards.
class WarmUpTest {
  private static final long MILLI = 1_000_000;
  private static final SamplingParams SAMPLING =
      SamplingParams.builder().n(2).temperature(0.8).seed(7).maxTokens(30).ignoreEos(true).build();

  @TempDir Path folder;

  /// A backend whose steps take the time that a test gives them.
  private static final class Timed {
    final AtomicReference<ManualClock> clock = new AtomicReference<>(new ManualClock());
    final List<Integer> tokens = new ArrayList<>();
    final Set<Integer> rows = new HashSet<>();
    private final IntToLongFunction nanos;

    /// @param nanos what the n-th step takes
    Timed(IntToLongFunction nanos) {
      this.nanos = nanos;
    }

    KernelBackend before(KernelBackend real) {
      return (KernelBackend)
          Proxy.newProxyInstance(
              KernelBackend.class.getClassLoader(),
              new Class<?>[] {KernelBackend.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("end")) {
                  StepInputs in = (StepInputs) arguments[0];
                  clock.get().advance(nanos.applyAsLong(tokens.size()));
                  tokens.add(in.tokens());
                  rows.add(in.rows());
                }
                try {
                  return method.invoke(real, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  private Timed warmUp(IntToLongFunction nanos, Duration most) {
    Timed timed = new Timed(nanos);
    LoopBench.Setup setup =
        new LoopBench.Setup().backend(timed::before).stepTokens(256).maxRunning(16);
    try (LoopBench bench = new LoopBench(folder, setup)) {
      timed.clock.set(bench.clock);
      bench.loop.warmUpHere(most);
    }
    return timed;
  }

  @Test
  void itEndsWhenStepsGetNoFaster() {
    Timed timed = warmUp(step -> step < 30 ? 100 * MILLI : 20 * MILLI, Duration.ofMinutes(10));
    // ten rounds of three were slow; then come at most patience's 400 ms or six rounds of 60 ms
    assertTrue(timed.tokens.size() >= 30 + 3, timed.tokens.size() + " steps");
    assertTrue(timed.tokens.size() <= 30 + 3 * 9, timed.tokens.size() + " steps");
  }

  @Test
  void itEndsWhenTheTimeIsOver() {
    Timed timed = warmUp(step -> 1_000 * MILLI, Duration.ofMillis(1_500));
    assertEquals(2, timed.tokens.size(), "the step that began is ended, no other begins");
    assertEquals(0, warmUp(step -> MILLI, Duration.ZERO).tokens.size());
  }

  @Test
  void itTakesChunksOfPromptsSingleTokensAndBatches() {
    Timed timed = warmUp(step -> 20 * MILLI, Duration.ofMinutes(10));
    assertTrue(timed.rows.containsAll(Set.of(1, 15)), "rows " + timed.rows);
    assertTrue(timed.tokens.contains(128), "tokens " + timed.tokens);
    assertTrue(timed.tokens.indexOf(8) < timed.tokens.indexOf(128), "small ones first");
  }

  private List<List<List<Integer>>> answers(LoopBench bench) {
    List<ActiveRequest> requests = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      // token i of the warm-up's prompt is i: a request that says the same must not find it
      int[] same = new int[40 + i];
      for (int t = 0; t < same.length; t++) {
        same[t] = t;
      }
      requests.add(bench.submit(i == 0 ? same : bench.prompt(i, 30), SAMPLING));
    }
    bench.assertAtRest();
    assertEquals(0, requests.getFirst().cachedTokens(), "nothing was cached before");
    return requests.stream().map(LoopBench::answers).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void nobodyCanTellAfterwards(int stepsInFlight) {
    LoopBench.Setup setup = new LoopBench.Setup().stepsInFlight(stepsInFlight).blocks(24, 0);
    List<List<List<Integer>>> expected;
    String metrics;
    try (LoopBench bench = new LoopBench(folder, setup)) {
      metrics = bench.metrics.text();
      expected = answers(bench);
    }
    Timed timed = new Timed(step -> MILLI);
    try (LoopBench bench = new LoopBench(folder, setup.backend(timed::before))) {
      timed.clock.set(bench.clock);
      bench.loop.warmUpHere(Duration.ofSeconds(1));
      assertTrue(timed.tokens.size() > 10);
      assertEquals(metrics, bench.metrics.text(), "metrics");
      timed.clock.set(new ManualClock());
      assertEquals(expected, answers(bench));
    }
  }

  @Test
  void theEngineThreadDoesItAndABackendThatFailsFailsTheStart() {
    FaultyBackend faults = new FaultyBackend().fail("attention", 5);
    try (LoopBench bench = new LoopBench(folder, new LoopBench.Setup().faults(faults))) {
      bench.loop.start();
      assertThrows(BackendException.class, () -> bench.loop.warmUp(Duration.ofSeconds(1)));
      assertEquals(1, faults.failed());
    }
    AtomicReference<Thread> thread = new AtomicReference<>(Thread.currentThread());
    Timed timed =
        new Timed(step -> {
          thread.set(Thread.currentThread());
          return 1_000 * MILLI;
        });
    try (LoopBench bench = new LoopBench(folder, new LoopBench.Setup().backend(timed::before))) {
      timed.clock.set(bench.clock);
      bench.loop.start();
      bench.loop.warmUp(Duration.ofSeconds(1));
      assertEquals("jacquard-engine", thread.get().getName());
    }
  }

  @Test
  void afterTheFirstRequestItIsRefusedSinceBlocksHaveContents() {
    try (LoopBench bench = new LoopBench(folder, new LoopBench.Setup())) {
      ActiveRequest request = bench.submit(bench.prompt(1, 9), SAMPLING);
      bench.assertAtRest();
      assertSame(null, request.failure());
      assertThrows(IllegalStateException.class, () -> bench.loop.warmUpHere(Duration.ofSeconds(1)));
    }
  }
}
