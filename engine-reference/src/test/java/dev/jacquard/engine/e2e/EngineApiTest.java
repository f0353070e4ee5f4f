package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SamplingParams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What the engine promises to a program that embeds it, with the demo model.
class EngineApiTest {
  private static final String PROMPT = "The people of the United States";
  private static Engine engine = Engine.open(Runs.config().build());

  @BeforeAll
  static void knowTheAnswer() throws InterruptedException {
    answer = complete(Runs.greedy(40));
    assertTrue(answer.text().length() > 40, answer.text());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /// Forty greedy tokens after [#PROMPT].
  private static Completion answer =
      new Completion(0, "", List.of(), FinishReason.NONE, null, List.of());

  private static Completion complete(SamplingParams sampling) throws InterruptedException {
    return engine.generate(Runs.request(PROMPT, sampling)).completions().getFirst();
  }

  private static void assertAllFree(Engine engine) throws InterruptedException {
    // the step after the last: an empty request of the engine thread comes after it
    CountDownLatch passed = new CountDownLatch(1);
    while (engine.status().running() + engine.status().waiting() > 0) {
      Thread.onSpinWait();
    }
    engine.runtime().loop().execute(passed::countDown);
    passed.await();
    assertEquals(0, engine.status().usedBlocks());
    assertEquals(0, engine.runtime().admission().taken());
  }

  @Test
  void aCancelledRequestEndsAsAbortedAndItsBlocksAreFree() throws InterruptedException {
    Generation generation =
        engine.submit(Runs.request(PROMPT, Runs.greedy(400).toBuilder().n(3).build()));
    assertNotNull(generation.next());
    while (engine.status().usedBlocks() == 0) {
      assertNotNull(generation.next(), "it ended before it was seen to run");
    }
    generation.cancel();
    GenerationResult result = generation.result();
    for (Completion completion : result.completions()) {
      assertEquals(FinishReason.ABORTED, completion.finish());
      assertTrue(completion.tokenIds().size() < 400);
    }
    assertAllFree(engine);
  }

  @Test
  void aDeadlineAborts() throws InterruptedException {
    GenerationResult result =
        engine.generate(
            GenerationRequest.prompt(PROMPT)
                .sampling(Runs.greedy(480))
                .deadline(Duration.ofMillis(30))
                .build());
    assertEquals(FinishReason.ABORTED, result.completions().getFirst().finish());
    assertAllFree(engine);
  }

  @Test
  void aFullQueueRefusesAndTakesAgainLater() throws InterruptedException {
    EngineConfig config = Runs.config().maxSequences(2).maxWaiting(1).build();
    try (Engine small = Engine.open(config)) {
      CountDownLatch held = Runs.hold(small);
      List<Generation> taken = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        taken.add(small.submit(Runs.request(PROMPT, Runs.greedy(5))));
      }
      RequestRejectedException refusal =
          assertThrows(
              RequestRejectedException.class,
              () -> small.submit(Runs.request(PROMPT, Runs.greedy(5))));
      assertEquals(StandardErrorCode.QUEUE_FULL, refusal.code());
      held.countDown();
      for (Generation generation : taken) {
        assertEquals(5, generation.result().usage().completionTokens());
      }
      assertEquals(
          5, small.generate(Runs.request(PROMPT, Runs.greedy(5))).usage().completionTokens());
      assertAllFree(small);
    }
  }

  @Test
  void closingFailsWhatRunsLeavesNoThreadAndMayBeRepeated() throws InterruptedException {
    Set<Thread> before = threads();
    Engine other = Engine.open(Runs.config().build());
    assertNotEquals(before, threads());
    Generation running = other.submit(Runs.request(PROMPT, Runs.greedy(450)));
    assertNotNull(running.next());
    other.close();
    other.close();
    EngineException failure = assertThrows(EngineException.class, running::result);
    assertEquals(StandardErrorCode.SHUTTING_DOWN, failure.code());
    assertFalse(other.status().serving());
    assertThrows(
        RequestRejectedException.class, () -> other.submit(Runs.request(PROMPT, Runs.greedy(1))));
    Set<Thread> left = threads();
    left.removeAll(before);
    left.removeIf(thread -> !thread.getName().startsWith("jacquard"));
    assertEquals(Set.of(), left);
  }

  private static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  @Test
  void anInterruptedReaderCancelsWhatItGenerates() throws InterruptedException {
    Thread reader =
        Thread.ofPlatform()
            .start(() ->
                assertThrows(
                    InterruptedException.class,
                    () -> engine.generate(Runs.request(PROMPT, Runs.greedy(480)))));
    while (engine.status().running() == 0) {
      Thread.onSpinWait();
    }
    reader.interrupt();
    reader.join();
    assertAllFree(engine);
  }

  @Test
  void aStopStringIsFoundAcrossTokensAndCutOrKept() throws InterruptedException {
    List<Integer> ids = answer.tokenIds();
    for (int at = 3; at < 20; at += 4) {
      String head = engine.tokenizer().decode(ints(ids.subList(0, at)), true);
      String next = engine.tokenizer().decode(ints(ids.subList(0, at + 2)), true);
      // from inside one token to inside the next but one
      String stop = next.substring(head.length() - 1, next.length() - 1);
      if (stop.length() < 3) {
        continue;
      }
      int first = answer.text().indexOf(stop);
      Completion cut = complete(Runs.greedy(40).toBuilder().stop(List.of("☃", stop)).build());
      assertEquals(answer.text().substring(0, first), cut.text(), "stop " + stop);
      assertEquals(FinishReason.STOP, cut.finish());
      assertEquals(stop, cut.stopReason());
      assertEquals(ids.subList(0, cut.tokenIds().size()), cut.tokenIds());
      Completion kept =
          complete(Runs.greedy(40).toBuilder().stop(List.of(stop)).includeStop(true).build());
      assertEquals(answer.text().substring(0, first) + stop, kept.text());
    }
    assertAllFree(engine);
  }

  private static int[] ints(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void minTokensHoldsStopStringsAndStopTokensBack() throws InterruptedException {
    int stopToken = answer.tokenIds().get(4);
    int first = answer.tokenIds().indexOf(stopToken);
    Completion stopped =
        complete(Runs.greedy(40).toBuilder().stopTokenIds(List.of(stopToken)).build());
    assertEquals(answer.tokenIds().subList(0, first + 1), stopped.tokenIds());
    assertEquals(FinishReason.STOP, stopped.finish());
    assertEquals(Integer.toString(stopToken), stopped.stopReason());
    Completion later =
        complete(
            Runs.greedy(40).toBuilder().stopTokenIds(List.of(stopToken)).minTokens(12).build());
    assertTrue(later.tokenIds().size() >= 12);
    assertFalse(later.tokenIds().subList(0, 12).contains(stopToken), "banned until then");
    String stop = answer.text().substring(5, 8);
    Completion text =
        complete(Runs.greedy(40).toBuilder().stop(List.of(stop)).minTokens(12).build());
    assertTrue(text.tokenIds().size() >= 12);
    assertEquals(answer.tokenIds().subList(0, 12), text.tokenIds().subList(0, 12));
  }

  @Test
  void probabilitiesSumToOneAndTheChosenTokenIsAmongThem() throws InterruptedException {
    Completion completion = complete(Runs.greedy(6).toBuilder().logprobs(100).build());
    assertEquals(6, completion.logprobs().size());
    for (TokenLogprobs reported : completion.logprobs()) {
      double sum = 0;
      for (int i = 0; i < reported.topTokens().length; i++) {
        sum += Math.exp(reported.topLogprobs()[i]);
        assertTrue(i == 0 || reported.topLogprobs()[i] <= reported.topLogprobs()[i - 1]);
      }
      assertTrue(sum > 0.2 && sum <= 1 + 1e-5, "the best hundred have " + sum);
      assertEquals(reported.topTokens()[0], reported.token());
      assertEquals(reported.topLogprobs()[0], reported.logprob());
    }
    assertEquals(List.of(), complete(SamplingParams.builder().build()).logprobs());
    assertEquals(
        0,
        complete(Runs.greedy(2).toBuilder().logprobs(0).build())
            .logprobs()
            .getFirst()
            .topTokens()
            .length);
  }

  @Test
  void aRecordedAnswerIsReplayedAndJudgedByTheModel() throws InterruptedException {
    List<Integer> recorded = new ArrayList<>(answer.tokenIds().subList(0, 10));
    recorded.set(3, 65);
    SamplingParams sampling =
        SamplingParams.builder().maxTokens(40).logprobs(3).forcedTokenIds(recorded).build();
    Completion replay = complete(sampling);
    assertEquals(recorded, replay.tokenIds());
    assertEquals(FinishReason.STOP, replay.finish());
    assertEquals(65, replay.logprobs().get(3).token());
    assertNotEquals(65, replay.logprobs().get(3).topTokens()[0]);
    assertEquals(
        answer.logprobs().get(2).logprob(), replay.logprobs().get(2).logprob(), "the same so far");
    assertEquals(
        recorded.subList(0, 4),
        complete(sampling.toBuilder().maxTokens(4).build()).tokenIds(),
        "max_tokens cuts a replay");
  }

  @Test
  void penaltiesReduceRepeats() throws InterruptedException {
    int plain = repeats(Runs.greedy(60));
    assertTrue(plain > 10, "an answer that repeats itself");
    for (SamplingParams penalised :
        List.of(
            Runs.greedy(60).toBuilder().repetitionPenalty(1.5).build(),
            Runs.greedy(60).toBuilder().frequencyPenalty(1.5).build(),
            Runs.greedy(60).toBuilder().presencePenalty(2).build())) {
      assertTrue(repeats(penalised) < plain, penalised.toString());
    }
  }

  private static int repeats(SamplingParams sampling) throws InterruptedException {
    List<Integer> tokens = complete(sampling).tokenIds();
    return tokens.size() - new HashSet<>(tokens).size();
  }

  @Test
  void aSeedRepeatsWhateverElseIsInTheBatch() throws InterruptedException {
    SamplingParams seeded =
        SamplingParams.builder().temperature(1).topP(0.9).topK(50).seed(7).maxTokens(20).build();
    Completion alone = complete(seeded);
    List<GenerationRequest> crowd = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      crowd.add(Runs.request(Texts.ALL.get(i % 6), seeded.toBuilder().seed(i).build()));
    }
    crowd.add(4, Runs.request(PROMPT, seeded));
    Completion inCrowd = Runs.all(engine, crowd).get(4).completions().getFirst();
    assertEquals(alone.tokenIds(), inCrowd.tokenIds());
    assertNotEquals(
        alone.tokenIds(), complete(seeded.toBuilder().seed(8).build()).tokenIds(), "another seed");
  }

  @Test
  void anEnginesSeedRepeatsAWholeRun() throws InterruptedException {
    List<GenerationRequest> unseeded = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      unseeded.add(Runs.request(PROMPT, SamplingParams.builder().maxTokens(12).build()));
    }
    List<List<Integer>> first = tokens(Runs.all(c -> c.seed(5), unseeded));
    assertEquals(first, tokens(Runs.all(c -> c.seed(5).maxSequences(1), unseeded)));
    assertNotEquals(first, tokens(Runs.all(c -> c.seed(6), unseeded)));
    assertNotEquals(first.get(0), first.get(1), "each request draws for itself");
  }

  private static List<List<Integer>> tokens(List<GenerationResult> results) {
    return results.stream().map(r -> r.completions().getFirst().tokenIds()).toList();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("use_beam_search", SamplingParams.builder().beamSearch(true).build()),
        Arguments.of("best_of", SamplingParams.builder().n(1).bestOf(3).build()),
        Arguments.of("length_penalty", SamplingParams.builder().lengthPenalty(2).build()),
        Arguments.of("early_stopping", SamplingParams.builder().earlyStopping(true).build()),
        Arguments.of("prompt_logprobs", SamplingParams.builder().promptLogprobs(1).build()),
        Arguments.of(
            "spaces_between_special_tokens",
            SamplingParams.builder().spacesBetweenSpecialTokens(false).build()),
        Arguments.of(
            "stop_token_ids", SamplingParams.builder().stopTokenIds(List.of(9999)).build()),
        Arguments.of(
            "forced_token_ids", SamplingParams.builder().forcedTokenIds(List.of(-1)).build()),
        Arguments.of(
            "stop", SamplingParams.builder().detokenize(false).stop(List.of("x")).build()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatCannotBeHonouredIsRefusedByName(String parameter, SamplingParams sampling) {
    RequestRejectedException refusal =
        assertThrows(
            RequestRejectedException.class, () -> engine.submit(Runs.request(PROMPT, sampling)));
    assertEquals(parameter, refusal.parameter());
    assertTrue(refusal.getMessage().contains(parameter), refusal.getMessage());
    assertEquals(0, engine.runtime().admission().taken());
  }

  @Test
  void aPromptThatLeavesNoRoomIsRefusedAndOneThatJustFitsIsNot() throws InterruptedException {
    List<Integer> prompt = new ArrayList<>();
    for (int i = 0; i < 512; i++) {
      prompt.add(i % 300 + 40);
    }
    RequestRejectedException refusal =
        assertThrows(
            RequestRejectedException.class,
            () -> engine.submit(GenerationRequest.tokens(prompt).build()));
    assertEquals(StandardErrorCode.PROMPT_TOO_LONG, refusal.code());
    assertTrue(refusal.getMessage().contains("512"), refusal.getMessage());
    GenerationResult fits =
        engine.generate(
            GenerationRequest.tokens(prompt.subList(0, 511)).sampling(Runs.greedy(9)).build());
    assertEquals(1, fits.usage().completionTokens());
    assertEquals(FinishReason.LENGTH, fits.completions().getFirst().finish());
    assertInstanceOf(
        RequestRejectedException.class,
        assertThrows(
            RuntimeException.class,
            () -> engine.submit(GenerationRequest.tokens(List.of()).build())));
  }

  @Test
  void requestsOfTwoTenantsOrSaltsShareNoCache() throws InterruptedException {
    String text = Texts.ALL.get(2);
    GenerationRequest mine =
        GenerationRequest.prompt(text).sampling(Runs.greedy(2)).tenant("a").build();
    engine.generate(mine);
    assertTrue(engine.generate(mine).usage().cachedTokens() > 0);
    for (GenerationRequest other :
        List.of(
            GenerationRequest.prompt(text).sampling(Runs.greedy(2)).tenant("b").build(),
            GenerationRequest.prompt(text)
                .sampling(Runs.greedy(2))
                .tenant("a")
                .cacheSalt("s")
                .build(),
            GenerationRequest.prompt(text).sampling(Runs.greedy(2)).cacheSalt("a").build())) {
      assertEquals(0, engine.generate(other).usage().cachedTokens());
    }
  }
}
