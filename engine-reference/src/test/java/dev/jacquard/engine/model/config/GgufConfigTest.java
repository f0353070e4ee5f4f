package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.file.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.model.file.GgufWriter;
import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.RopeStyle;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufConfigTest {
  @TempDir Path dir;

  private ModelConfig read(GgufWriter writer) {
    try (ModelFile file = ModelFile.open(writer.write(dir.resolve("m.gguf")))) {
      return ModelConfig.read(file);
    }
  }

  private static GgufWriter llama() {
    return new SyntheticModel("llama").gguf();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void whatWasWrittenIsRead(String architecture) {
    SyntheticModel model =
        new SyntheticModel(architecture)
            .layers(3)
            .dim(96)
            .heads(6, 3, 24)
            .ffn(160)
            .vocab(300)
            .context(77)
            .tied(false)
            .rope(5e5, new RopeScaling.Linear(4));
    assertEquals(model.config(), read(model.gguf()));
  }

  @Test
  void absentKeysGetTheirUsualValues() {
    GgufWriter writer =
        llama()
            .remove("llama.attention.head_count_kv")
            .remove("llama.attention.key_length")
            .remove("llama.attention.value_length")
            .remove("llama.rope.dimension_count")
            .remove("llama.rope.freq_base")
            .remove("llama.vocab_size");
    ModelConfig config = read(writer);
    assertEquals(4, config.kvHeads());
    assertEquals(16, config.headDim());
    assertEquals(
        new Rope(10_000, 16, RopeStyle.INTERLEAVED, new RopeScaling.None()), config.rope());
    assertEquals(384, config.vocabSize());
    assertEquals(0.25, config.attentionScale());
    assertTrue(config.tiedEmbeddings());
    assertFalse(config.attentionBias());
  }

  @Test
  void llamaThreeScalingIsReadFromItsTensor() {
    SyntheticModel model =
        new SyntheticModel("llama").rope(1e4, new RopeScaling.Llama3(8, 1, 4, 512));
    Rope rope = read(model.gguf()).rope();
    assertInstanceOf(RopeScaling.Divisors.class, rope.scaling());
    double[] expected = model.config().rope().frequencies();
    double[] actual = rope.frequencies();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-6 * expected[i], "frequency " + i);
    }
    assertTrue(((RopeScaling.Divisors) rope.scaling()).values().getLast() > 7);
  }

  @Test
  void theLegacyLinearKeyAndTheAttentionScaleAreRead() {
    ModelConfig config =
        read(llama().put("llama.rope.scale_linear", 2f).put("llama.attention.scale", 0.5f));
    assertEquals(new RopeScaling.Linear(2), config.rope().scaling());
    assertEquals(0.5, config.attentionScale());
    ModelConfig none = read(llama().put("llama.rope.scaling.type", "none"));
    assertEquals(new RopeScaling.None(), none.rope().scaling());
  }

  @Test
  void biasesMakeALlamaABiasedLlama() {
    GgufWriter writer = llama();
    writer.tensor("blk.0.attn_q.bias", DType.F32, new float[64], 64);
    assertTrue(read(writer).attentionBias());
  }

  @Test
  void unknownArchitecturesAreNamedWithTheSupportedOnes() {
    assertRefused(
        () -> read(llama().put("general.architecture", "mamba")),
        "m.gguf",
        "'mamba'",
        "llama, qwen2, qwen3");
    assertRefused(
        () -> read(llama().remove("general.architecture")), "'general.architecture' (missing)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama.block_count",
        "llama.context_length",
        "llama.embedding_length",
        "llama.feed_forward_length",
        "llama.attention.head_count",
        "llama.attention.layer_norm_rms_epsilon"
      })
  void missingKeysAreNamed(String key) {
    assertRefused(() -> read(llama().remove(key)), "'" + key + "' (missing)");
  }

  @ParameterizedTest
  @CsvSource({
    "block_count, 0",
    "block_count, 5000",
    "block_count, -1",
    "embedding_length, 0",
    "embedding_length, 65",
    "feed_forward_length, 2000000000",
    "attention.head_count, 100000",
    "attention.head_count_kv, 3",
    "attention.head_count_kv, 0",
    "attention.key_length, 15",
    "attention.value_length, 8",
    "rope.dimension_count, 7",
    "rope.dimension_count, 18",
    "context_length, 0",
    "vocab_size, 383",
    "expert_count, 8"
  })
  void integersThatMakeNoSenseAreRefusedByName(String key, int value) {
    assertRefused(() -> read(llama().put("llama." + key, value)), "m.gguf", shown(key, value));
  }

  @Test
  void aWindowBelowTheContextIsReadAndOneThatCoversItIsNone() {
    assertEquals(100, read(llama().put("llama.attention.sliding_window", 100)).slidingWindow());
    assertEquals(0, read(llama().put("llama.attention.sliding_window", 1 << 20)).slidingWindow());
  }

  private static String shown(String key, int value) {
    return switch (value) {
      case 65 -> "llama.embedding_length"; // only the embedding's rows tell
      default -> "'llama." + key + "' = " + Integer.toUnsignedString(value);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "attention.layer_norm_rms_epsilon, 0",
    "attention.layer_norm_rms_epsilon, 1",
    "attention.layer_norm_rms_epsilon, NaN",
    "rope.freq_base, -1",
    "rope.freq_base, Infinity",
    "rope.scaling.attn_factor, 2",
    "logit_scale, 3"
  })
  void realsThatMakeNoSenseAreRefusedByName(String key, float value) {
    assertRefused(
        () -> read(llama().put("llama." + key, value)), "m.gguf", "'llama." + key + "' = ");
  }

  @Test
  void otherScalingsAreRefusedByName() {
    assertRefused(
        () -> read(llama().put("llama.rope.scaling.type", "yarn")),
        "'llama.rope.scaling.type' = 'yarn'",
        "none and linear");
    GgufWriter badLength = llama().tensor("rope_freqs.weight", DType.F32, new float[3], 3);
    assertRefused(() -> read(badLength), "rope_freqs.weight", "F32[8]");
    GgufWriter badValues = llama().tensor("rope_freqs.weight", DType.F32, new float[8], 8);
    assertRefused(() -> read(badValues), "rope_freqs.weight is 0.0");
    GgufWriter both =
        new SyntheticModel("llama").rope(1e4, new RopeScaling.Llama3(8, 1, 4, 512)).gguf();
    both.put("llama.rope.scaling.type", "linear").put("llama.rope.scaling.factor", 2f);
    assertRefused(() -> read(both), "rope_freqs.weight");
    assertRefused(() -> read(llama().put("llama.attention.scale", -1f)), "attention scale -1.0");
  }

  @Test
  void moreTokensThanEmbeddingRowsAreRefused() {
    GgufWriter writer = new SyntheticModel("llama").gguf();
    writer.put("tokenizer.ggml.tokens", Collections.nCopies(385, "x"));
    assertRefused(() -> read(writer), "'tokenizer.ggml.tokens' = an array of 385", "384 rows");
  }

  @Test
  void mistypedKeysAreNamed() {
    assertRefused(() -> read(llama().put("llama.block_count", "two")), "= 'two'", "integer");
    assertRefused(
        () -> read(llama().put("llama.attention.head_count_kv", new int[] {2, 2})),
        "'llama.attention.head_count_kv' = an array of 2 numbers");
  }
}
