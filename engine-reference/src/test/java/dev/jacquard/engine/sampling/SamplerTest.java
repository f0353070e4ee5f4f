package dev.jacquard.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.request.SamplingParams;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// From logits to tokens: truncation and probabilities against their definitions in float64.
class SamplerTest {
  private static final int VOCABULARY = 100;
  private static final int DRAWS = 20_000;
  private static final int[] PROMPT = {1, 2, 3};

  private final Sampler sampler = new Sampler(VOCABULARY);

  private static float[] logits(long seed) {
    Random random = new Random(seed);
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) (2 * random.nextGaussian());
    }
    return logits;
  }

  private int choose(float[] logits, SamplingParams params, long seed) {
    return sampler.choose(logits.clone(), params, PROMPT, 3, 3, seed, null);
  }

  /// What the parameters leave over, renormalised: by definition, with sorting.
  private static double[] expected(float[] logits, SamplingParams params) {
    double top = IntStream.range(0, VOCABULARY).mapToDouble(i -> logits[i]).max().orElseThrow();
    double[] weights =
        IntStream.range(0, VOCABULARY)
            .mapToDouble(i -> Math.exp((logits[i] - top) / params.temperature()))
            .toArray();
    for (int i = 0; i < VOCABULARY; i++) {
      if (weights[i] < params.minP()) {
        weights[i] = 0;
      }
    }
    int[] order =
        IntStream.range(0, VOCABULARY)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -logits[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int rank = 0; rank < VOCABULARY; rank++) {
      if (params.topK() > 0 && rank >= params.topK()) {
        weights[order[rank]] = 0;
      }
    }
    double mass = Arrays.stream(weights).sum();
    double before = 0;
    for (int id : order) {
      double weight = weights[id];
      if (before >= params.topP() * mass) {
        weights[id] = 0;
      }
      before += weight;
    }
    double left = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / left).toArray();
  }

  private static SamplingParams.Builder params() {
    return SamplingParams.builder();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void tokensComeAsOftenAsTheirProbabilitySays(long seed) {
    float[] logits = logits(seed);
    for (SamplingParams params :
        new SamplingParams[] {
          params().build(),
          params().temperature(0.6).build(),
          params().topK(7).build(),
          params().topP(0.8).build(),
          params().minP(0.1).build(),
          params().temperature(1.4).topK(30).topP(0.7).minP(0.02).build(),
          params().topK(1_000).topP(0.5).build(),
          params().topK(1).build(),
        }) {
      double[] expected = expected(logits, params);
      int[] counts = new int[VOCABULARY];
      for (int draw = 0; draw < DRAWS; draw++) {
        counts[choose(logits, params, seed * 1_000_003 + draw)]++;
      }
      for (int id = 0; id < VOCABULARY; id++) {
        String what = params + ", token " + id + ", logits(" + seed + ")";
        if (expected[id] == 0) {
          assertEquals(0, counts[id], what);
        }
        // six standard deviations
        double slack = 6 * Math.sqrt(DRAWS * expected[id] * (1 - expected[id])) + 1;
        assertEquals(expected[id] * DRAWS, counts[id], slack, what);
      }
    }
  }

  @Test
  void greedyTakesTheBestAndTheLowerIdOfTwo() {
    float[] logits = logits(4);
    logits[70] = 50;
    logits[30] = 50;
    assertEquals(30, choose(logits, params().temperature(0).build(), 1));
    assertEquals(30, choose(logits, params().topK(1).build(), 1), "one is left");
    assertEquals(30, choose(logits, params().topP(1e-9).build(), 1), "one is left");
    assertEquals(30, choose(logits, params().temperature(1e-300).build(), 1), "nearly greedy");
  }

  @Test
  void theDrawDependsOnSeedAndStepAlone() {
    float[] logits = logits(5);
    SamplingParams params = params().build();
    Set<Integer> bySeed = new TreeSet<>();
    for (long seed = 0; seed < 200; seed++) {
      int token = choose(logits, params, seed);
      choose(logits(6), params, seed + 1);
      assertEquals(token, choose(logits, params, seed), "seed " + seed);
      bySeed.add(token);
    }
    assertTrue(bySeed.size() > 10, bySeed + " of 200 seeds");
    int[] tokens = Arrays.copyOf(PROMPT, 203);
    Set<Integer> byStep = new TreeSet<>();
    for (int step = 0; step < 200; step++) {
      byStep.add(sampler.choose(logits.clone(), params, tokens, 3, 3 + step, 9, null));
    }
    assertTrue(byStep.size() > 10, byStep + " of 200 steps");
  }

  @Test
  void uniformNumbersAreUniformAndNeighboursDoNotKnowEachOther() {
    double sum = 0;
    double product = 0;
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      double here = Sampler.uniform(i % 300, i / 300);
      double next = Sampler.uniform(i % 300 + 1, i / 300);
      assertTrue(here >= 0 && here < 1);
      sum += here;
      product += (here - 0.5) * (next - 0.5);
    }
    assertEquals(0.5, sum / count, 0.005);
    assertEquals(0, product / count * 12, 0.02, "correlation of neighbouring seeds");
  }

  @Test
  void presenceAndFrequencyCountTheAnswerAndRepetitionThePromptToo() {
    int[] tokens = {10, 11, 10, 20, 21, 21, 0};
    int promptLength = 3;
    int length = 6;
    float[] logits = new float[VOCABULARY];
    logits[10] = 2;
    logits[20] = -1;
    logits[21] = 3;
    logits[50] = 1.99f;
    // repetition 1.5: 10 → 1.33, 20 → -1.5, 21 → 2; presence 0.25 and frequency 0.5 more for 20, 21
    assertEquals(21, penalised(logits, tokens, promptLength, length, 0, 0, 1));
    assertEquals(21, penalised(logits, tokens, promptLength, length, 0, 0, 1.5));
    assertEquals(50, penalised(logits, tokens, promptLength, length, 0.25, 0.5, 1.5));
    assertEquals(50, penalised(logits, tokens, promptLength, length, 0, 0, 1.6));
    assertEquals(10, penalised(logits, tokens, promptLength, length, 1.1, 0, 1), "not the prompt");
    assertEquals(10, penalised(logits, tokens, promptLength, length, 0, 0.51, 1), "twice 0.51");
    assertEquals(21, penalised(logits, tokens, promptLength, length, 0, 0.49, 1), "twice 0.49");
    assertEquals(21, penalised(logits, tokens, promptLength, length, 0, 0, 1), "nothing is left");
  }

  private int penalised(
      float[] logits,
      int[] tokens,
      int promptLength,
      int length,
      double presence,
      double frequency,
      double repetition) {
    SamplingParams params =
        params()
            .temperature(0)
            .presencePenalty(presence)
            .frequencyPenalty(frequency)
            .repetitionPenalty(repetition)
            .build();
    return sampler.choose(logits.clone(), params, tokens, promptLength, length, 1, null);
  }

  @Test
  void bannedTokensNeverCome() {
    float[] logits = logits(7);
    int best = choose(logits, params().temperature(0).build(), 1);
    int[] banned = {best, VOCABULARY + 5};
    SamplingParams greedy = params().temperature(0).build();
    assertNotEquals(best, sampler.choose(logits.clone(), greedy, PROMPT, 3, 3, 1, banned));
    for (SamplingParams params :
        new SamplingParams[] {
          params().build(), params().topK(100).build(), params().topP(0.99).build()
        }) {
      for (int seed = 0; seed < 2_000; seed++) {
        assertNotEquals(best, sampler.choose(logits.clone(), params, PROMPT, 3, 3, seed, banned));
      }
    }
  }

  @Test
  void logitsThatAreNoNumbersAreAnErrorAndNotAToken() {
    for (float broken : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
      float[] logits = new float[VOCABULARY];
      Arrays.fill(logits, broken);
      assertThrows(ArithmeticException.class, () -> choose(logits, params().build(), 1));
    }
  }

  @Test
  void reportedProbabilitiesAreThoseOfTheUntouchedLogitsAndSumToOne() {
    float[] logits = logits(8);
    double[] probabilities = expected(logits, params().build());
    TokenLogprobs report = sampler.report(logits, 42, VOCABULARY);
    double sum = 0;
    for (int i = 0; i < VOCABULARY; i++) {
      sum += Math.exp(report.topLogprobs()[i]);
      assertEquals(Math.log(probabilities[report.topTokens()[i]]), report.topLogprobs()[i], 1e-5);
      assertTrue(i == 0 || report.topLogprobs()[i] <= report.topLogprobs()[i - 1]);
    }
    assertEquals(1, sum, 1e-5);
    assertEquals(Math.log(probabilities[42]), report.logprob(), 1e-5);
    assertEquals(42, report.token());
    TokenLogprobs five = sampler.report(logits, 42, 5);
    assertArrayEquals(Arrays.copyOf(report.topTokens(), 5), five.topTokens());
    assertEquals(0, sampler.report(logits, 42, 0).topTokens().length);
  }
}
