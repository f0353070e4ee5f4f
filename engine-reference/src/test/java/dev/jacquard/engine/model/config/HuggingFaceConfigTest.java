package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.file.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.spi.kernel.RopeStyle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class HuggingFaceConfigTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path dir;

  private ModelConfig read(SyntheticModel model, Consumer<Map<String, Object>> change) {
    model.writeSafetensors(dir);
    Map<String, Object> config = model.huggingFaceConfig();
    change.accept(config);
    try {
      Files.write(dir.resolve("config.json"), JSON.writeValueAsBytes(config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (ModelFile file = ModelFile.open(dir)) {
      return ModelConfig.read(file);
    }
  }

  private ModelConfig readLlama(Consumer<Map<String, Object>> change) {
    return read(new SyntheticModel("llama"), change);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void whatWasWrittenIsReadAndRopeTurnsHalves(String architecture) {
    SyntheticModel model =
        new SyntheticModel(architecture)
            .layers(3)
            .dim(96)
            .heads(6, 3, 24)
            .tied(false)
            .rope(5e5, new RopeScaling.Llama3(8, 1, 4, 8192));
    ModelConfig read = read(model, config -> {});
    ModelConfig written = model.config();
    assertEquals(RopeStyle.HALVES, read.rope().style());
    assertEquals(written.rope().scaling(), read.rope().scaling());
    assertEquals(written.attentionBias(), read.attentionBias());
    assertEquals(written.qkNorm(), read.qkNorm());
    assertEquals(3, read.layers());
    assertEquals(96, read.hiddenSize());
    assertEquals(144, read.queryWidth());
    assertEquals(72, read.kvWidth());
    assertEquals(128, read.ffnSize());
    assertEquals(384, read.vocabSize());
    assertEquals(5e5, read.rope().base());
    assertEquals(1e-5, read.rmsEpsilon());
    assertEquals(false, read.tiedEmbeddings());
  }

  @Test
  void absentFieldsGetTheDefaultsOfTheLibrary() {
    ModelConfig config =
        readLlama(c -> {
          c.remove("num_key_value_heads");
          c.remove("head_dim");
          c.remove("rope_theta");
          c.remove("tie_word_embeddings");
          c.remove("attention_bias");
          c.put("rope_scaling", null);
        });
    assertEquals(4, config.kvHeads());
    assertEquals(16, config.headDim());
    assertEquals(10_000, config.rope().base());
    assertEquals(false, config.tiedEmbeddings());
    assertEquals(new RopeScaling.None(), config.rope().scaling());
  }

  @Test
  void newerFilesKeepRopeInOnePlace() {
    ModelConfig config =
        readLlama(c -> {
          c.remove("rope_theta");
          c.put("rope_parameters", Map.of("rope_type", "default", "rope_theta", 1e6));
        });
    assertEquals(1e6, config.rope().base());
    assertEquals(new RopeScaling.None(), config.rope().scaling());
  }

  @Test
  void mistralIsALlamaWhenItsWindowIsOff() {
    Consumer<Map<String, Object>> mistral =
        c -> c.put("architectures", List.of("MistralForCausalLM"));
    assertEquals(
        "llama", readLlama(mistral.andThen(c -> c.put("sliding_window", null))).architecture());
    assertEquals(
        "llama", readLlama(mistral.andThen(c -> c.put("sliding_window", 512))).architecture());
    assertEquals(
        100, readLlama(mistral.andThen(c -> c.put("sliding_window", 100))).slidingWindow());
  }

  @Test
  void qwenStatesAWindowThatItDoesNotUse() {
    SyntheticModel qwen = new SyntheticModel("qwen2");
    read(qwen, c -> c.putAll(Map.of("use_sliding_window", false, "sliding_window", 100)));
    assertRefused(
        () -> read(qwen, c -> c.putAll(Map.of("use_sliding_window", true, "sliding_window", 100))),
        "'use_sliding_window' = true");
  }

  @Test
  void unknownArchitecturesAreNamedWithTheSupportedOnes() {
    assertRefused(
        () -> readLlama(c -> c.put("architectures", List.of("GPT2LMHeadModel"))),
        "'GPT2LMHeadModel'",
        "LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM");
    assertRefused(() -> readLlama(c -> c.remove("architectures")), "architecture ''");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hidden_size",
        "intermediate_size",
        "num_hidden_layers",
        "num_attention_heads",
        "vocab_size",
        "max_position_embeddings",
        "rms_norm_eps"
      })
  void missingFieldsAreNamed(String field) {
    assertRefused(
        () -> readLlama(c -> c.remove(field)), "config.json", "'" + field + "' (missing)");
  }

  @ParameterizedTest
  @CsvSource({
    "hidden_size, 0",
    "num_attention_heads, 7",
    "num_key_value_heads, 3",
    "head_dim, 15",
    "vocab_size, -4",
    "num_hidden_layers, 99999",
    "rms_norm_eps, 2",
    "rope_theta, 0",
    "partial_rotary_factor, 2",
    "sliding_window, 0",
    "hidden_act, gelu",
    "attention_bias, true",
    "mlp_bias, true"
  })
  void fieldsThatMakeNoSenseOrAreNotSupportedAreRefusedByName(String field, String text) {
    Object value =
        text.equals("true") ? true : text.matches("-?\\d+") ? (Object) Integer.valueOf(text) : text;
    assertRefused(
        () ->
            readLlama(c -> {
              c.put(field, value);
              if (field.equals("num_attention_heads")) {
                c.remove("head_dim");
                c.remove("num_key_value_heads");
              }
            }),
        "config.json",
        "'" + field + "' = ");
  }

  @Test
  void otherScalingsAndQuantisationsAreRefusedByName() {
    for (String type : List.of("yarn", "dynamic", "longrope")) {
      assertRefused(
          () -> readLlama(c -> c.put("rope_scaling", Map.of("type", type, "factor", 2.0))),
          "'rope_scaling.type' = '" + type + "'",
          "'llama3'");
    }
    assertRefused(
        () -> readLlama(c -> c.put("rope_scaling", Map.of("type", "linear"))),
        "'rope_scaling.factor' (missing)");
    assertRefused(
        () -> readLlama(c -> c.put("rope_scaling", Map.of("type", "linear", "factor", 0))),
        "config.json",
        "factor is 0.0");
    assertRefused(
        () -> readLlama(c -> c.put("quantization_config", Map.of("quant_method", "gptq"))),
        "'quantization_config.quant_method' = 'gptq'",
        "GGUF");
  }
}
