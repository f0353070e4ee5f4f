package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.spi.request.SamplingParams;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/// Small engines and what the tests do with them.
final class Runs {
  private Runs() {}

  /// Two threads, sixteen sequences, and little memory; the demo model unless the test names one.
  static EngineConfig.Builder config() {
    return EngineConfig.builder()
        .threads(2)
        .maxSequences(16)
        .maxWaiting(64)
        .maxModelLength(512)
        .deviceBlocks(600);
  }

  /// The most likely tokens, and what the model thought of them.
  static SamplingParams greedy(int tokens) {
    return SamplingParams.builder()
        .temperature(0)
        .maxTokens(tokens)
        .ignoreEos(true)
        .logprobs(5)
        .build();
  }

  static GenerationRequest request(String prompt, SamplingParams sampling) {
    return GenerationRequest.prompt(prompt).sampling(sampling).build();
  }

  /// Submits everything between two steps, so that the steps repeat, and waits for everything.
  static List<GenerationResult> all(Engine engine, List<GenerationRequest> requests)
      throws InterruptedException {
    List<Generation> running = new ArrayList<>();
    CountDownLatch submitted = hold(engine);
    for (GenerationRequest request : requests) {
      running.add(engine.submit(request));
    }
    submitted.countDown();
    List<GenerationResult> results = new ArrayList<>();
    for (Generation generation : running) {
      results.add(generation.result());
    }
    return results;
  }

  /// Stops the engine thread before its next step until the latch is counted down.
  static CountDownLatch hold(Engine engine) {
    CountDownLatch latch = new CountDownLatch(1);
    engine
        .runtime()
        .loop()
        .execute(() -> {
          try {
            latch.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return latch;
  }

  /// [#all] on an engine of its own.
  static List<GenerationResult> all(
      UnaryOperator<EngineConfig.Builder> changes, List<GenerationRequest> requests)
      throws InterruptedException {
    try (Engine engine = Engine.open(changes.apply(config()).build())) {
      return all(engine, requests);
    }
  }

  /// The same tokens, text and reasons, and the same probabilities to the last bit.
  static void assertSame(GenerationResult expected, GenerationResult actual, String what) {
    assertEquals(expected.promptTokenIds(), actual.promptTokenIds(), what);
    assertEquals(expected.completions().size(), actual.completions().size(), what);
    for (int i = 0; i < expected.completions().size(); i++) {
      assertSame(expected.completions().get(i), actual.completions().get(i), what);
    }
  }

  /// The same answer, whatever its index.
  static void assertSame(Completion expected, Completion actual, String what) {
    assertEquals(expected.tokenIds(), actual.tokenIds(), what);
    assertEquals(expected.logprobs(), actual.logprobs(), what);
    assertEquals(expected.text(), actual.text(), what);
    assertEquals(expected.finish(), actual.finish(), what);
  }

  /// A metric's value; its labels, if it has any, are part of the name.
  static double metric(Engine engine, String name) {
    return engine
        .metrics()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }
}
