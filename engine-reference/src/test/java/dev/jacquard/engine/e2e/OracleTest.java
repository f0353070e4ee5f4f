package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.model.config.RopeScaling;
import dev.jacquard.engine.model.config.SyntheticModel;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.spi.kernel.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The whole engine against [Float64Model]: shapes of three families, all weight types, tied and
/// untied, full and windowed attention, chunked prompts, keys and values in F32.
class OracleTest {
  private static final int PROMPT = 45;
  private static final int ANSWER = 8;

  /// Sums in float differ in the last digits. Measured: 2.6e-6 at most, for every type, since
  /// weights are widened and inputs are not rounded.
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  static Stream<Arguments> models() {
    List<Arguments> all = new ArrayList<>();
    for (String architecture : List.of("llama", "qwen2", "qwen3")) {
      for (boolean tied : new boolean[] {true, false}) {
        for (DType type : List.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0)) {
          all.add(Arguments.of(architecture, tied, type));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void theEngineAgreesWithFloat64(String architecture, boolean tied, DType type)
      throws InterruptedException {
    check(new SyntheticModel(architecture).tied(tied).type(type), type);
  }

  @Test
  void aWindowIsAWindow() throws InterruptedException {
    check(new SyntheticModel("llama").slidingWindow(11), DType.F32);
  }

  @Test
  void scaledRopeIsScaledRope() throws InterruptedException {
    SyntheticModel model =
        new SyntheticModel("qwen2").rope(50_000, new RopeScaling.Linear(4)).heads(6, 3, 32);
    check(model, DType.F32);
  }

  private void check(SyntheticModel model, DType type) throws InterruptedException {
    Path file = model.seed(7).writeGguf(folder.resolve("model.gguf"));
    List<Integer> prompt =
        new SplittableRandom(42).ints(PROMPT, 0, model.config().vocabSize()).boxed().toList();
    Completion answer;
    try (Engine engine =
        Engine.open(Runs.config().model(file).kvCacheType(DType.F32).maxStepTokens(16).build())) {
      answer =
          engine
              .generate(
                  GenerationRequest.tokens(prompt)
                      .sampling(Runs.greedy(ANSWER).toBuilder().logprobs(100).build())
                      .build())
              .completions()
              .getFirst();
    }
    int[] tokens =
        Stream.concat(prompt.stream(), answer.tokenIds().stream())
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] expected = new Float64Model(model, type).logprobs(tokens);
    double worst = 0;
    for (int i = 0; i < ANSWER; i++) {
      TokenLogprobs reported = answer.logprobs().get(i);
      double[] row = expected[PROMPT - 1 + i];
      assertEquals(answer.tokenIds().get(i), reported.token());
      assertEquals(reported.topTokens()[0], reported.token(), "greedy takes the best");
      for (int j = 0; j < reported.topTokens().length; j++) {
        worst = Math.max(worst, Math.abs(row[reported.topTokens()[j]] - reported.topLogprobs()[j]));
      }
      // the best in float64 is among the best here
      double best = java.util.Arrays.stream(row).max().orElseThrow();
      assertTrue(best - row[reported.token()] <= 2 * TOLERANCE, "token " + i);
    }
    assertTrue(worst <= TOLERANCE, "log-probabilities differ by up to " + worst);
  }
}
