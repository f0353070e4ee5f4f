package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.spi.request.SamplingParams;
import dev.jacquard.spi.schedule.PreemptionMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Real text through a real model: whatever else happens in the engine, a request's tokens and the
/// bits of its probabilities stay what they are when it runs alone.
class EqualityTest {
  private static final int TOKENS = 24;
  private static List<GenerationResult> alone = List.of();

  /// One at a time, whole prompts, no cache.
  @BeforeAll
  static void runAlone() throws InterruptedException {
    alone = new ArrayList<>();
    try (Engine engine =
        Engine.open(
            Runs.config().maxSequences(1).prefixCaching(false).maxStepTokens(512).build())) {
      for (GenerationRequest request : requests()) {
        alone.add(engine.generate(request));
      }
    }
  }

  private static List<GenerationRequest> requests() {
    return Texts.ALL.stream().map(text -> Runs.request(text, Runs.greedy(TOKENS))).toList();
  }

  private static List<GenerationRequest> sixteen() {
    List<GenerationRequest> sixteen = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      sixteen.add(requests().get(i % Texts.ALL.size()));
    }
    return sixteen;
  }

  private static void assertAlone(List<GenerationResult> results, String what) {
    for (int i = 0; i < results.size(); i++) {
      Runs.assertSame(alone.get(i % alone.size()), results.get(i), what + ", prompt " + i);
    }
  }

  private static void assertAlone(UnaryOperator<EngineConfig.Builder> changes, String what)
      throws InterruptedException {
    assertAlone(Runs.all(changes, requests()), what);
  }

  @Test
  void thePromptsAreOfManyLengthsAndTheirAnswersDiffer() {
    List<Integer> lengths = alone.stream().map(r -> r.usage().promptTokens()).toList();
    assertTrue(lengths.stream().allMatch(n -> n >= 40 && n <= 300), "lengths " + lengths);
    assertTrue(lengths.stream().anyMatch(n -> n > 128), "lengths " + lengths);
    assertNotEquals(
        alone.get(0).completions().getFirst().tokenIds(),
        alone.get(4).completions().getFirst().tokenIds());
  }

  @Test
  void sixteenAtOnceSayWhatEachSaysAlone() throws InterruptedException {
    assertAlone(Runs.all(c -> c, sixteen()), "16 at once");
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 64, 512})
  void chunksOfAPromptDoNotShow(int stepTokens) throws InterruptedException {
    assertAlone(
        c -> c.maxStepTokens(stepTokens).prefixCaching(false), stepTokens + " tokens a step");
  }

  @Test
  void oneTokenAStepSaysTheSame() throws InterruptedException {
    List<GenerationRequest> brief =
        List.of(
            Runs.request("The sea was calm", Runs.greedy(6)),
            Runs.request("The sea was rough that", Runs.greedy(6)));
    List<GenerationResult> whole = Runs.all(c -> c.maxStepTokens(512), brief);
    List<GenerationResult> single = Runs.all(c -> c.maxStepTokens(1), brief);
    for (int i = 0; i < brief.size(); i++) {
      Runs.assertSame(whole.get(i), single.get(i), "prompt " + i);
    }
  }

  @Test
  void aWarmCacheDoesNotShow() throws InterruptedException {
    try (Engine engine = Engine.open(Runs.config().build())) {
      assertAlone(Runs.all(engine, requests()), "cold cache");
      List<GenerationResult> warm = Runs.all(engine, requests());
      assertAlone(warm, "warm cache");
      for (GenerationResult result : warm) {
        int prompt = result.usage().promptTokens();
        assertEquals((prompt - 1) / 16 * 16, result.usage().cachedTokens(), "of " + prompt);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 32})
  void theSizeOfBlocksDoesNotShow(int blockSize) throws InterruptedException {
    assertAlone(c -> c.blockSize(blockSize), "blocks of " + blockSize);
  }

  @ParameterizedTest
  @CsvSource({"RECOMPUTE,1", "RECOMPUTE,2", "SWAP,1", "SWAP,2"})
  void preemptionDoesNotShow(PreemptionMode mode, int stepsInFlight) throws InterruptedException {
    // 22 blocks: room for the prompts of two or three sequences, too little for their answers
    EngineConfig config =
        Runs.config()
            .maxModelLength(352)
            .deviceBlocks(22)
            .maxStepTokens(512)
            .watermark(0)
            .prefixCaching(mode == PreemptionMode.RECOMPUTE)
            .preemption(mode)
            .stepsInFlight(stepsInFlight)
            .swapBytes(mode == PreemptionMode.SWAP ? 64 << 20 : 0)
            .build();
    String metric =
        "jacquard_preemptions_total{mode=\""
            + (mode == PreemptionMode.SWAP ? "swap" : "recompute")
            + "\"}";
    try (Engine engine = Engine.open(config)) {
      List<GenerationResult> results = Runs.all(engine, sixteen());
      assertTrue(Runs.metric(engine, metric) > 0, "nobody was preempted");
      assertAlone(results, mode + ", " + stepsInFlight + " in flight");
    }
  }

  @Test
  void theSchedulersOrderDoesNotShow() throws InterruptedException {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < Texts.ALL.size(); i++) {
      requests.add(
          GenerationRequest.prompt(Texts.ALL.get(i))
              .sampling(Runs.greedy(TOKENS))
              .priority(-i)
              .build());
    }
    assertAlone(
        Runs.all(c -> c.scheduler("priority").maxSequences(2).maxStepTokens(64), requests),
        "scheduler priority");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void stepsInFlightDoNotShow(int steps) throws InterruptedException {
    assertAlone(c -> c.stepsInFlight(steps).maxStepTokens(48), steps + " steps in flight");
  }

  @ParameterizedTest
  @CsvSource({"1,false", "2,false", "1,true", "2,true"})
  void theFourAnswersOfAGroupAreThoseOfFourSeeds(int stepsInFlight, boolean tooFewBlocks)
      throws InterruptedException {
    SamplingParams sampling =
        SamplingParams.builder()
            .temperature(0.9)
            .topP(0.95)
            .maxTokens(TOKENS)
            .ignoreEos(true)
            .logprobs(5)
            .seed(1234)
            .build();
    // alone
    List<GenerationRequest> singles = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      singles.add(Runs.request(Texts.ALL.getFirst(), sampling.toBuilder().seed(1234 + i).build()));
    }
    List<GenerationResult> single = Runs.all(c -> c.prefixCaching(false), singles);
    // the prompt is shared, each answer has blocks of its own: room for one answer and half of the
    // others
    int whole = Math.ceilDiv(single.getFirst().usage().promptTokens() + TOKENS, 16);
    int blocks = tooFewBlocks ? whole + 2 : 600;
    EngineConfig config =
        Runs.config()
            .stepsInFlight(stepsInFlight)
            .deviceBlocks(blocks)
            .maxModelLength(Math.min(512, blocks * 16))
            .watermark(0)
            .build();
    GenerationResult group;
    try (Engine engine = Engine.open(config)) {
      group =
          engine.generate(Runs.request(Texts.ALL.getFirst(), sampling.toBuilder().n(4).build()));
      double preempted = Runs.metric(engine, "jacquard_preemptions_total{mode=\"recompute\"}");
      assertEquals(tooFewBlocks, preempted > 0, preempted + " preemptions");
    }
    assertEquals(4, group.completions().size());
    for (int i = 0; i < 4; i++) {
      assertEquals(i, group.completions().get(i).index());
      Runs.assertSame(
          single.get(i).completions().getFirst(), group.completions().get(i), "answer " + i);
    }
    assertNotEquals(group.completions().get(0).tokenIds(), group.completions().get(1).tokenIds());
  }
}
