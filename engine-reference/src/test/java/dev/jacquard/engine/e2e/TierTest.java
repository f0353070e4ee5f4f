package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.model.config.SyntheticModel;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.engine.output.TextChunk;
import dev.jacquard.spi.kernel.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blocks that leave the device: to the host tier and back, or for good behind a window.
class TierTest {
  private static final int BLOCK = 8;

  @TempDir Path folder;

  private static GenerationRequest request(long seed, int length, int tokens) {
    List<Integer> prompt = new SplittableRandom(seed).ints(length, 0, 384).boxed().toList();
    return GenerationRequest.tokens(prompt).sampling(Runs.greedy(tokens)).build();
  }

  private EngineConfig.Builder config(SyntheticModel model) {
    return Runs.config()
        .model(model.seed(11).writeGguf(folder.resolve("model.gguf")))
        .kvCacheType(DType.F32)
        .blockSize(BLOCK);
  }

  /// The same prompt twice, with others in between that push it off the device.
  private List<GenerationResult> comesBack(long swapBytes, int stepsInFlight)
      throws InterruptedException {
    EngineConfig config =
        config(new SyntheticModel("llama"))
            .deviceBlocks(16)
            .maxModelLength(128)
            .swapBytes(swapBytes)
            .stepsInFlight(stepsInFlight)
            .build();
    try (Engine engine = Engine.open(config)) {
      GenerationResult first = engine.generate(request(1, 90, 8));
      for (int other = 2; other < 6; other++) {
        engine.generate(request(other, 100, 8));
      }
      return List.of(first, engine.generate(request(1, 90, 8)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aPrefixTheDeviceLostIsFoundInTheHostTierBitForBit(int stepsInFlight)
      throws InterruptedException {
    List<GenerationResult> without = comesBack(0, stepsInFlight);
    assertEquals(0, without.get(1).usage().cachedTokens(), "the device had evicted it");
    List<GenerationResult> with = comesBack(16 << 20, stepsInFlight);
    assertEquals(0, with.get(0).usage().cachedTokens());
    assertEquals(88, with.get(1).usage().cachedTokens(), "eleven blocks came back");
    Runs.assertSame(with.get(0), with.get(1), "from the host tier");
    Runs.assertSame(without.get(0), with.get(1), "without a host tier");
    Runs.assertSame(without.get(0), without.get(1), "computed again");
  }

  @Test
  void theHostTierIsBoundedTooAndTheOldestPrefixIsForgotten() throws InterruptedException {
    // a block of this model takes 2 layers * 2 * 2 heads * 16 * 8 tokens * 4 bytes = 4 KiB
    List<GenerationResult> results = comesBack(8 * 4096, 1);
    assertTrue(results.get(1).usage().cachedTokens() <= 64, "eight blocks at most");
    Runs.assertSame(results.get(0), results.get(1), "partly from the host tier");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aWindowedModelGivesBlocksBackWhileItRuns(int stepsInFlight) throws InterruptedException {
    int window = 20;
    SyntheticModel model = new SyntheticModel("llama").slidingWindow(window);
    EngineConfig config =
        config(model)
            .deviceBlocks(64)
            .maxModelLength(400)
            .maxStepTokens(16)
            .stepsInFlight(stepsInFlight)
            .build();
    // the window, what one step adds on top of it, and what a second step in flight adds
    int most = (window + 2 * 16) / BLOCK + 3;
    int used = 0;
    Completion answer;
    GenerationRequest request = request(3, 150, 150);
    try (Engine engine = Engine.open(config)) {
      Generation generation = engine.submit(request);
      for (TextChunk chunk = generation.next(); chunk != null; chunk = generation.next()) {
        used = Math.max(used, engine.status().usedBlocks());
      }
      answer = generation.result().completions().getFirst();
      assertEquals(300, generation.usage().totalTokens());
    }
    assertTrue(used > 0 && used <= most, used + " blocks of 38 were held, expected " + most);
    // float64 attention over the window, teacher forced
    int[] tokens =
        Stream.concat(request.tokens().stream(), answer.tokenIds().stream())
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] expected = new Float64Model(model, DType.F32).logprobs(tokens);
    for (int i = 0; i < answer.tokenIds().size(); i++) {
      double logprob = expected[149 + i][answer.tokenIds().get(i)];
      assertEquals(logprob, answer.logprobs().get(i).logprob(), 1e-4, "token " + i);
    }
  }

  @Test
  void aWindowGivesTheSameBitsWithOtherBlocksAndMuchMoreRoom() throws InterruptedException {
    SyntheticModel model = new SyntheticModel("llama").slidingWindow(20);
    List<GenerationRequest> requests =
        List.of(request(3, 150, 40), request(4, 60, 40), request(3, 150, 40), request(5, 7, 40));
    List<GenerationResult> roomy;
    try (Engine engine = Engine.open(config(model).blockSize(16).maxStepTokens(512).build())) {
      roomy = Runs.all(engine, requests);
    }
    for (boolean caching : new boolean[] {true, false}) {
      EngineConfig tight =
          config(model)
              .deviceBlocks(30)
              .maxModelLength(240)
              .maxStepTokens(24)
              .prefixCaching(caching)
              .build();
      try (Engine engine = Engine.open(tight)) {
        List<GenerationResult> results = Runs.all(engine, requests);
        for (int i = 0; i < requests.size(); i++) {
          Runs.assertSame(roomy.get(i), results.get(i), "request " + i + ", caching " + caching);
        }
      }
    }
  }
}
