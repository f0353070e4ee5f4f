package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jacquard.engine.Engine;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.model.config.SyntheticModel;
import dev.jacquard.spi.request.SamplingParams;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a step costs the garbage collector: nothing worth mentioning.
///
/// A measurement, so it has a command and a JVM of its own: in one where hundreds of tests ran before, the compiler inlines other things and small objects are not scalar-replaced.
/// `./mvnw -pl engine-reference -am test -Dtest=StepAllocationTest -Djacquard.measure=true`
@EnabledIfSystemProperty(
    named = "jacquard.measure",
    matches = "true",
    disabledReason = "a measurement; run it alone with -Djacquard.measure=true")
class StepAllocationTest {
  private static final int WARM_UP = 120;
  private static final int STEPS = 200;
  private static final double MOST_BYTES_A_STEP = 100;
  private static final int ROUNDS = 10;

  @TempDir Path folder;

  /// Steps and bytes of the engine thread so far.
  private record Reading(double steps, long bytes) {}

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aWarmStepOfFourSequencesAllocatesNothing(int stepsInFlight) throws Exception {
    Path model = new SyntheticModel("llama").context(512).writeGguf(folder.resolve("m.gguf"));
    List<Double> rounds = new ArrayList<>();
    try (Engine engine =
        Engine.open(Runs.config().model(model).stepsInFlight(stepsInFlight).threads(1).build())) {
      // the first rounds run what the compiler has not seen yet
      while (rounds.size() < ROUNDS
          && (rounds.isEmpty() || rounds.getLast() >= MOST_BYTES_A_STEP)) {
        rounds.add(bytesAStep(engine));
      }
    }
    assertTrue(rounds.getLast() < MOST_BYTES_A_STEP, rounds + " bytes a step");
  }

  /// Four sequences run on after the fifth ended, until the fourth ends; nobody reads meanwhile.
  private static double bytesAStep(Engine engine) throws Exception {
    List<Generation> running = new ArrayList<>();
    CountDownLatch submitted = Runs.hold(engine);
    for (int tokens :
        new int[] {WARM_UP, WARM_UP + STEPS, WARM_UP + STEPS + 20, WARM_UP + STEPS + 20, 400}) {
      SamplingParams sampling =
          SamplingParams.builder().temperature(0).ignoreEos(true).maxTokens(tokens).build();
      running.add(engine.submit(Runs.request("They went " + tokens + " miles.", sampling)));
    }
    submitted.countDown();
    awaitRunning(engine, 5, true);
    awaitRunning(engine, 5, false);
    Reading first = read(engine, true);
    awaitRunning(engine, 4, false);
    Reading last = read(engine, false);
    for (Generation generation : running) {
      assertTrue(generation.result().usage().completionTokens() >= WARM_UP);
    }
    double steps = last.steps - first.steps;
    assertTrue(steps >= STEPS / 4.0, steps + " steps between the readings are too few");
    return (last.bytes - first.bytes) / steps;
  }

  /// Waits until at least `count` sequences run, or until fewer do.
  private static void awaitRunning(Engine engine, int count, boolean atLeast) {
    while (engine.status().running() >= count != atLeast) {
      Thread.yield();
    }
  }

  /// Reads both between two steps; the bytes so that the look at the metrics is not among them.
  private static Reading read(Engine engine, boolean first) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    CompletableFuture<Reading> answer = new CompletableFuture<>();
    engine
        .runtime()
        .loop()
        .execute(() -> {
          long before = threads.getCurrentThreadAllocatedBytes();
          double steps = Runs.metric(engine, "jacquard_step_seconds_count");

          answer.complete(
              new Reading(steps, first ? threads.getCurrentThreadAllocatedBytes() : before));
        });
    return answer.get();
  }
}
