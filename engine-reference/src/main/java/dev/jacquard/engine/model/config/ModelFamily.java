package dev.jacquard.engine.model.config;

import dev.jacquard.spi.kernel.RopeStyle;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What distinguishes one family of models from another: a row of a table. A family that fits the
/// columns is added here and nowhere else.
///
/// @param architecture `general.architecture` of its GGUF files, and Jacquard's name for it
/// @param huggingFace `architectures` entries of its `config.json`
/// @param ggufRope rope style of its GGUF files; Hugging Face weights always use HALVES
/// @param attentionBias whether the Q, K and V projections have biases
/// @param qkNorm whether Q and K are normalised per head
record ModelFamily(
    String architecture,
    List<String> huggingFace,
    RopeStyle ggufRope,
    boolean attentionBias,
    boolean qkNorm) {

  static final List<ModelFamily> ALL =
      List.of(
          new ModelFamily(
              "llama",
              List.of("LlamaForCausalLM", "MistralForCausalLM"),
              RopeStyle.INTERLEAVED,
              false,
              false),
          new ModelFamily("qwen2", List.of("Qwen2ForCausalLM"), RopeStyle.HALVES, true, false),
          new ModelFamily("qwen3", List.of("Qwen3ForCausalLM"), RopeStyle.HALVES, false, true));

  static @Nullable ModelFamily ofGguf(String architecture) {
    return ALL.stream().filter(f -> f.architecture.equals(architecture)).findFirst().orElse(null);
  }

  static @Nullable ModelFamily ofHuggingFace(String name) {
    return ALL.stream().filter(f -> f.huggingFace.contains(name)).findFirst().orElse(null);
  }

  static String ggufNames() {
    return ALL.stream().map(ModelFamily::architecture).collect(Collectors.joining(", "));
  }

  static String huggingFaceNames() {
    return ALL.stream().flatMap(f -> f.huggingFace.stream()).collect(Collectors.joining(", "));
  }
}
