package dev.jacquard.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.spi.request.SamplingParams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A stranger's jar in the plugin folder, from its sources to what it changes.
class ThirdPartyPolicyTest {
  @TempDir private Path plugins;
  @TempDir private Path classes;

  @BeforeEach
  void dropTheJarIn() throws Exception {
    Optional<Path> example = Cli.repository("examples/third-party-policy/src/main");
    assumeTrue(example.isPresent(), "the examples are not here");
    Sources.compile(classes, Sources.in(example.get().resolve("java")));
    Sources.jar(plugins.resolve("mru.jar"), classes, example.get().resolve("resources"));
    Files.writeString(plugins.resolve("broken.jar"), "this is no jar");
  }

  @Test
  void itIsListedAndTheBrokenOneBesideItIsReported() {
    Cli text = Cli.run("plugins", "--plugin-dir", plugins.toString());
    assertEquals(0, text.code(), text.err());
    assertTrue(text.out().contains("most-recent-out"), text.out());
    assertTrue(text.out().matches("(?s).*block-manager +mru +paged, evicts.*"), text.out());
    assertTrue(text.out().matches("(?s).*PROBLEM [^\n]*broken\\.jar.*"), text.out());
    JsonNode json = Cli.run("plugins", "--json", "--plugin-dir", plugins.toString()).json();
    assertTrue(
        json.get("block_managers")
            .valueStream()
            .anyMatch(m ->
                m.get("name").stringValue().equals("mru")
                    && m.get("plugin").stringValue().equals("most-recent-out")),
        json.toString());
    assertEquals(1, json.get("problems").size(), json.toString());
    Cli doctor = Cli.run("doctor", "--plugin-dir", plugins.toString());
    assertEquals(1, doctor.code());
    assertTrue(doctor.out().matches("(?s).*BAD +plugin [^\n]*broken\\.jar.*"), doctor.out());
  }

  @Test
  void selectedByNameItChangesWhatIsEvictedAndNothingElse() throws Exception {
    Round reference = round(null);
    Round mru = round("mru");
    assertEquals(reference.answers(), mru.answers());
    assertEquals(64, mru.oldestCached(), "the oldest prefix is whole: what came last went first");
    assertTrue(reference.oldestCached() < 64, "LRU gave up the oldest prefix");
  }

  @Test
  void aBrokenJarEndsTheStartWhenThatIsWanted() {
    Cli strict =
        Cli.run(
            "complete", "--prompt", "x", "--strict-plugins", "--plugin-dir", plugins.toString());
    assertEquals(2, strict.code(), strict.err());
    assertTrue(strict.err().contains("broken.jar"), strict.err());
  }

  private record Round(List<List<Integer>> answers, int oldestCached) {}

  /// Three prefixes of four blocks go through ten blocks; then the first comes back.
  private Round round(String blockManager) throws InterruptedException {
    EngineConfig config =
        EngineConfig.builder()
            .deviceBlocks(10)
            .maxModelLength(96)
            .maxSequences(1)
            .blockManager(blockManager)
            .pluginFolders(List.of(plugins))
            .build();
    try (Engine engine = Engine.open(config)) {
      assertEquals(
          blockManager == null ? "reference" : blockManager,
          engine.runtime().selection().blockManager().name());
      List<List<Integer>> answers = new ArrayList<>();
      int cached = 0;
      for (int first : new int[] {300, 500, 700, 300}) {
        GenerationResult result = engine.generate(prompt(first));
        answers.add(result.completions().getFirst().tokenIds());
        cached = result.usage().cachedTokens();
      }
      return new Round(answers, cached);
    }
  }

  private static GenerationRequest prompt(int first) {
    return GenerationRequest.tokens(IntStream.range(first, first + 65).boxed().toList())
        .sampling(SamplingParams.builder().temperature(0).maxTokens(3).ignoreEos(true).build())
        .build();
  }
}
