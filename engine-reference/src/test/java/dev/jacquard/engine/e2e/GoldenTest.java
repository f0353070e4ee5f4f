package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.Completion;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.spi.kernel.DType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Answers that other programs gave: llama.cpp for stories260K, a NumPy script for the demo model.
class GoldenTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final double TOLERANCE = 5e-4;

  /// llama.cpp's figures are of F32 keys and values; rounding those to F16 moves a probability.
  private static final double F16_TOLERANCE = 0.02;

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F16"})
  void stories260kSaysWhatLlamaCppSays(DType kv) throws Exception {
    Path folder = models();
    JsonNode golden = JSON.readTree(Files.readString(folder.resolve("stories260K.golden.json")));
    List<Integer> expected = ids(golden.get("tokens"));
    assertEquals(64, expected.size());
    GenerationResult result =
        Runs.all(
                c -> c.model(folder.resolve("stories260K.gguf")).kvCacheType(kv),
                List.of(Runs.request(golden.get("prompt").asString(), Runs.greedy(64))))
            .getFirst();
    assertEquals(ids(golden.get("prompt_tokens")), result.promptTokenIds());
    Completion answer = result.completions().getFirst();
    assertEquals(expected, answer.tokenIds());
    assertEquals(golden.get("text").asString(), answer.text());
    for (int i = 0; i < expected.size(); i++) {
      for (JsonNode candidate : golden.get("top5_logprobs").get(i)) {
        assertNear(
            answer.logprobs().get(i),
            candidate.get("id").asInt(),
            candidate.get("logprob").asDouble(),
            kv == DType.F16 ? F16_TOLERANCE : TOLERANCE,
            i);
      }
    }
  }

  @Test
  void theDemoModelSaysWhatTheFloat64ScriptSays() throws Exception {
    JsonNode golden = demoGolden();
    try (Engine engine = Engine.open(Runs.config().kvCacheType(DType.F32).build())) {
      for (JsonNode each : golden.get("cases")) {
        List<Integer> prompt = ids(each.get("prompt_ids"));
        List<Integer> expected = ids(each.get("greedy_ids"));
        GenerationResult result =
            engine.generate(
                GenerationRequest.prompt(each.get("prompt").asString())
                    .parseSpecialTokens(each.get("kind").asString().equals("chat"))
                    .sampling(Runs.greedy(expected.size()))
                    .build());
        assertEquals(prompt, result.promptTokenIds(), each.get("prompt").asString());
        Completion answer = result.completions().getFirst();
        assertEquals(expected, answer.tokenIds(), each.get("prompt").asString());
        for (int i = 0; i < expected.size(); i++) {
          for (JsonNode candidate : each.get("top5_logprobs").get(i)) {
            assertNear(
                answer.logprobs().get(i),
                candidate.get(0).asInt(),
                candidate.get(1).asDouble(),
                TOLERANCE,
                i);
          }
        }
      }
    }
  }

  @Test
  void theDemoModelStopsWhereItsAnswerEnds() throws Exception {
    try (Engine engine = Engine.open(Runs.config().build())) {
      for (JsonNode each : demoGolden().get("cases")) {
        if (each.get("first_eos").isNull()) {
          continue;
        }
        int end = each.get("first_eos").asInt();
        GenerationResult result =
            engine.generate(
                GenerationRequest.prompt(each.get("prompt").asString())
                    .parseSpecialTokens(true)
                    .sampling(Runs.greedy(100).toBuilder().ignoreEos(false).build())
                    .build());
        Completion answer = result.completions().getFirst();
        assertEquals(ids(each.get("greedy_ids")).subList(0, end + 1), answer.tokenIds());
        assertEquals(each.get("text").asString(), answer.text());
      }
    }
  }

  @Test
  void theDemoModelReadsTextAsItsScriptDoes() throws Exception {
    try (Engine engine = Engine.open(Runs.config().build())) {
      for (JsonNode each : demoGolden().get("tokenizer")) {
        String text = each.get("text").asString();
        int[] actual = engine.tokenizer().encode(text, false, true);
        assertEquals(ids(each.get("ids")), java.util.Arrays.stream(actual).boxed().toList(), text);
      }
    }
  }

  private static void assertNear(
      TokenLogprobs reported, int id, double expected, double tolerance, int step) {
    for (int i = 0; i < reported.topTokens().length; i++) {
      if (reported.topTokens()[i] == id) {
        assertEquals(expected, reported.topLogprobs()[i], tolerance, "token " + id + " at " + step);
        return;
      }
    }
    // not among the best five here: then it is within the tolerance of the fifth
    double fifth = reported.topLogprobs()[reported.topLogprobs().length - 1];
    assertEquals(expected, Math.min(expected, fifth), tolerance, "token " + id + " at " + step);
  }

  private static JsonNode demoGolden() throws IOException {
    String resource = "/dev/jacquard/engine/demo/jacquard-demo.golden.json";
    try (InputStream in = GoldenTest.class.getResourceAsStream(resource)) {
      assertNotNull(in, resource + " is not on the class path");
      return JSON.readTree(in.readAllBytes());
    }
  }

  private static Path models() {
    String shared = System.getenv("JACQUARD_SHARED");
    assumeTrue(shared != null, "JACQUARD_SHARED is not set: no stories260K to compare with");
    Path folder = Path.of(shared, "models");
    assumeTrue(
        Files.exists(folder.resolve("stories260K.gguf")),
        folder + " has no stories260K.gguf to compare with");
    return folder;
  }

  private static List<Integer> ids(JsonNode list) {
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : list) {
      ids.add(id.asInt());
    }
    return ids;
  }
}
