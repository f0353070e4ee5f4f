package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.file.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.model.file.GgufWriter;
import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.engine.model.file.TensorInfo;
import dev.jacquard.spi.kernel.DType;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelWeightsTest {
  @TempDir Path dir;

  private void resolve(GgufWriter writer, ModelConfig config) {
    try (ModelFile file = ModelFile.open(writer.write(dir.resolve("m.gguf")))) {
      ModelWeights.resolve(file, config);
    }
  }

  @ParameterizedTest
  @CsvSource({"llama, true", "llama, false", "qwen2, true", "qwen3, false"})
  void everyWeightIsFoundInEitherFormat(String architecture, boolean tied) {
    SyntheticModel model = new SyntheticModel(architecture).tied(tied).shards(2).vocab(300);
    Path[] paths = {
      model.writeGguf(dir.resolve("m.gguf")), model.writeSafetensors(dir.resolve("hf"))
    };
    for (Path path : paths) {
      try (ModelFile file = ModelFile.open(path)) {
        ModelWeights weights = ModelWeights.resolve(file, ModelConfig.read(file));
        assertEquals(file.tensors().stream().mapToLong(TensorInfo::bytes).sum(), weights.bytes());
        assertEquals(architecture.equals("qwen2"), weights.has(TensorRole.V_BIAS));
        assertEquals(architecture.equals("qwen3"), weights.has(TensorRole.K_NORM));
        TensorInfo output = weights.get(TensorRole.OUTPUT);
        assertEquals(tied, output.equals(weights.get(TensorRole.TOKEN_EMBEDDING)));
        assertTrue(weights.get(TensorRole.DOWN, 1).hasShape(64, 128));
        assertTrue(weights.get(TensorRole.K, 0).hasShape(32, 64));
        assertArrayEquals(
            model.weight(TensorRole.FFN_NORM, 1), file.floats(weights.get(TensorRole.FFN_NORM, 1)));
      }
    }
  }

  /// Row r of a head in Hugging Face's order is row 2r (first half) or 2(r - 8) + 1 in GGUF.
  @Test
  void bothFormatsHoldTheSameWeightsUpToTheOrderOfRopeRows() {
    SyntheticModel model = new SyntheticModel("llama");
    try (ModelFile gguf = ModelFile.open(model.writeGguf(dir.resolve("m.gguf")));
        ModelFile hf = ModelFile.open(model.writeSafetensors(dir.resolve("hf")))) {
      ModelWeights left = ModelWeights.resolve(gguf, ModelConfig.read(gguf));
      ModelWeights right = ModelWeights.resolve(hf, ModelConfig.read(hf));
      assertArrayEquals(
          hf.floats(right.get(TensorRole.V, 1)), gguf.floats(left.get(TensorRole.V, 1)));
      float[] turned = gguf.floats(left.get(TensorRole.K, 1));
      float[] plain = hf.floats(right.get(TensorRole.K, 1));
      for (int column = 0; column < 64; column++) {
        assertEquals(plain[16 * 64 + column], turned[16 * 64 + column]);
        assertEquals(plain[17 * 64 + column], turned[18 * 64 + column]);
        assertEquals(plain[24 * 64 + column], turned[17 * 64 + column]);
        assertEquals(plain[31 * 64 + column], turned[31 * 64 + column]);
      }
    }
  }

  @Test
  void allProblemsAreReportedTogether() {
    SyntheticModel two = new SyntheticModel("llama");
    ModelConfig three = new SyntheticModel("llama").layers(3).tied(false).config();
    GgufWriter writer = two.gguf().tensor("blk.0.attn_output.bias", DType.F32, new float[64], 64);
    assertRefused(
        () -> resolve(writer, three),
        "m.gguf",
        "11 of the weights",
        "output.weight is missing",
        "blk.2.attn_q.weight is missing",
        "blk.2.ffn_down.weight is missing",
        "'blk.0.attn_output.bias' is not known in llama");
    ModelConfig many = new SyntheticModel("llama").layers(4000).config();
    assertRefused(() -> resolve(two.gguf(), many), "35982 of the weights", "and 35962 more");
  }

  @Test
  void wrongShapesAndTypesAreReported() {
    ModelConfig config = new SyntheticModel("llama").ffn(160).config();
    assertRefused(
        () -> resolve(new SyntheticModel("llama").gguf(), config),
        "blk.1.ffn_gate.weight F32[128, 64] should have shape [160, 64]",
        "blk.0.ffn_down.weight F32[64, 128] should have shape [64, 160]");
    GgufWriter quantisedNorm = new GgufWriter();
    quantisedNorm.tensor("output_norm.weight", DType.Q8_0, new float[64], 64);
    assertRefused(
        () -> resolve(quantisedNorm, config),
        "output_norm.weight Q8_0[64] should be of type F32, F16 or BF16");
    GgufWriter integers = new GgufWriter();
    integers.raw("blk.0.attn_q.weight", 26, new long[] {64, 64}, new byte[64 * 64 * 4], null);
    assertRefused(() -> resolve(integers, config), "blk.0.attn_q.weight I32[64, 64] should be");
  }

  @Test
  void rolesAreAskedForAsTheyAre() {
    try (ModelFile file =
        ModelFile.open(new SyntheticModel("llama").writeGguf(dir.resolve("m.gguf")))) {
      ModelWeights weights = ModelWeights.resolve(file, ModelConfig.read(file));
      assertThrows(IllegalArgumentException.class, () -> weights.get(TensorRole.Q));
      assertThrows(IllegalArgumentException.class, () -> weights.get(TensorRole.OUTPUT_NORM, 0));
      assertThrows(IllegalArgumentException.class, () -> weights.get(TensorRole.Q_NORM, 0));
      assertFalse(weights.has(TensorRole.Q_NORM));
      assertTrue(weights.has(TensorRole.OUTPUT));
      assertThrows(
          IllegalArgumentException.class,
          () -> TensorRole.ROPE_FREQS.name(WeightNames.HUGGING_FACE, 0));
      assertEquals(
          "model.layers.11.self_attn.q_proj.weight",
          TensorRole.Q.name(WeightNames.HUGGING_FACE, 11));
    }
  }
}
