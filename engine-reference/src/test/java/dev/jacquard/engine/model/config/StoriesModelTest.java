package dev.jacquard.engine.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.spi.kernel.RopeStyle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A real model, written by another tool: it would notice if writer and reader of these tests were
/// wrong in the same way.
class StoriesModelTest {
  private static Path stories() {
    String shared = System.getenv("JACQUARD_SHARED");
    assumeTrue(shared != null, "JACQUARD_SHARED is not set: no real model to read");
    Path path = Path.of(shared, "models", "stories260K.gguf");
    assumeTrue(Files.exists(path), path + " is not there: no real model to read");
    return path;
  }

  @Test
  void aRealModelIsReadWhole() {
    try (ModelFile file = ModelFile.open(stories())) {
      ModelConfig config = ModelConfig.read(file);
      assertEquals("llama", config.architecture());
      assertEquals(5, config.layers());
      assertEquals(64, config.hiddenSize());
      assertEquals(8, config.heads());
      assertEquals(4, config.kvHeads());
      assertEquals(8, config.headDim());
      assertEquals(172, config.ffnSize());
      assertEquals(512, config.vocabSize());
      assertEquals(512, config.contextLength());
      assertEquals(1e-5, config.rmsEpsilon(), 1e-11);
      assertEquals(
          new Rope(10_000, 8, RopeStyle.INTERLEAVED, new RopeScaling.None()), config.rope());
      assertTrue(config.tiedEmbeddings());
      ModelWeights weights = ModelWeights.resolve(file, config);
      assertEquals(1_040_128, weights.bytes());
      float[] norm = file.floats(weights.get(TensorRole.OUTPUT_NORM));
      for (float value : norm) {
        assertTrue(value > 0.1 && value < 20, "a trained norm weight of " + value);
      }
    }
  }

  @Test
  void itsVocabularyIsRead() {
    TokenizerSpec spec;
    try (ModelFile file = ModelFile.open(stories())) {
      spec = TokenizerSpec.read(file);
    }
    assertEquals("llama", spec.model());
    assertEquals(512, spec.tokens().size());
    assertEquals("<0x00>", spec.tokens().get(3));
    assertEquals("▁Once", spec.tokens().get(403).substring(0, 5));
    assertEquals(List.of(2), spec.endIds());
    assertEquals(1, spec.bosId());
    assertTrue(spec.addBos());
    assertTrue(spec.addSpacePrefix());
  }
}
