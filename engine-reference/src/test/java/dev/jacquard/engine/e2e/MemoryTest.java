package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.model.config.SyntheticModel;
import dev.jacquard.spi.request.SamplingParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine that has served many requests holds no more memory than one that has served some.
class MemoryTest {
  private static final int ROUNDS = 5;
  private static final int REQUESTS = 200;
  private static final int PROMPT = 150;

  /// Three rounds of 200 requests with 266 sequences lie between the readings. If nothing but the tokens of the sequences were kept, 600 bytes each, this would be 480 KB; a healthy
  /// engine was seen to grow by 3 KB. The slack between them is for what other threads of the JVM hold at the moment.
  private static final long SLACK = 128 << 10;

  @TempDir Path folder;

  @Test
  void theHeapDoesNotGrowFromTheSecondToTheFifthRoundOfTwoHundredRequests() throws Exception {
    Path model = new SyntheticModel("llama").context(512).writeGguf(folder.resolve("m.gguf"));
    long[] used = new long[ROUNDS];
    try (Engine engine =
        Engine.open(Runs.config().model(model).threads(1).maxWaiting(REQUESTS).build())) {
      for (int round = 0; round < ROUNDS; round++) {
        serve(engine, round);
        used[round] = usedHeap();
      }
    }
    long grown = used[ROUNDS - 1] - used[1];
    assertTrue(grown < SLACK, grown + " bytes more; after each round " + Arrays.toString(used));
  }

  /// Every prompt is new, a third of the requests is a group, a third leaves early.
  private static void serve(Engine engine, int round) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(round);
    List<Generation> running = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      SamplingParams sampling =
          SamplingParams.builder()
              .maxTokens(i % 3 == 1 ? 200 : 4)
              .n(i % 3 == 2 ? 2 : 1)
              .ignoreEos(true)
              .build();
      List<Integer> prompt = random.ints(PROMPT, 0, 300).boxed().toList();
      if (running.size() == 32) {
        running.removeFirst().result();
      }
      Generation generation =
          engine.submit(GenerationRequest.tokens(prompt).sampling(sampling).build());
      if (i % 3 == 1) {
        generation.cancel();
      } else {
        running.add(generation);
      }
    }
    for (Generation generation : running) {
      assertEquals(4, generation.result().completions().getFirst().tokenIds().size());
    }
    while (engine.status().running() + engine.status().waiting() > 0) {
      Thread.onSpinWait();
    }
  }

  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least =
          Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return least;
  }
}
