package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import dev.jacquard.engine.model.file.Metadata;
import dev.jacquard.engine.model.file.ModelFileException;
import dev.jacquard.engine.model.file.SafetensorsFile;
import dev.jacquard.spi.kernel.RopeStyle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads [ModelConfig] from a Hugging Face `config.json`; field names and defaults are those of the
/// transformers library.
final class HuggingFaceConfig {
  private final Metadata json;
  private final ModelFamily family;

  private HuggingFaceConfig(Metadata json, ModelFamily family) {
    this.json = json;
    this.family = family;
  }

  static ModelConfig read(SafetensorsFile file) {
    List<String> names = file.metadata().texts("architectures");
    String name = names.size() == 1 ? names.getFirst() : String.join(", ", names);
    ModelFamily family = ModelFamily.ofHuggingFace(name);
    if (family == null) {
      throw new ModelFileException(
          file.path(),
          "config.json names the architecture " + quote(name) + ", which is not supported",
          "use a model of one of these architectures: " + ModelFamily.huggingFaceNames());
    }
    try {
      return new HuggingFaceConfig(file.metadata(), family).read();
    } catch (IllegalArgumentException e) {
      throw new ModelFileException(
          file.path().resolve("config.json"),
          String.valueOf(e.getMessage()),
          "get the model's folder again",
          e);
    }
  }

  private ModelConfig read() {
    int context = json.whole("max_position_embeddings", 1, ModelConfig.MAX_CONTEXT);
    refuseUnsupported();
    int hidden = json.whole("hidden_size", 1, ModelConfig.MAX_WIDTH);
    int heads = json.whole("num_attention_heads", 1, ModelConfig.MAX_HEADS);
    int kvHeads = json.wholeOr("num_key_value_heads", 1, ModelConfig.MAX_HEADS, heads);
    if (heads % kvHeads != 0) {
      throw json.problem("num_key_value_heads", "does not divide num_attention_heads = " + heads);
    }
    if (!json.has("head_dim") && hidden % heads != 0) {
      throw json.problem("num_attention_heads", "does not divide hidden_size = " + hidden);
    }
    int headDim =
        json.wholeOr("head_dim", 1, ModelConfig.MAX_HEAD_DIM, Math.max(1, hidden / heads));
    if (headDim % 2 != 0) {
      String from = json.has("head_dim") ? "head_dim" : "num_attention_heads";
      throw json.problem(from, "makes heads of " + headDim + " elements; it must be even");
    }
    double epsilon = json.real("rms_norm_eps");
    if (!(epsilon > 0 && epsilon < 1)) {
      throw json.problem("rms_norm_eps", "should lie between 0 and 1");
    }
    return new ModelConfig(
        family.architecture(),
        json.whole("num_hidden_layers", 1, ModelConfig.MAX_LAYERS),
        hidden,
        heads,
        kvHeads,
        headDim,
        json.whole("intermediate_size", 1, ModelConfig.MAX_WIDTH),
        json.whole("vocab_size", 1, ModelConfig.MAX_VOCABULARY),
        context,
        epsilon,
        new Rope(base(), headDim, RopeStyle.HALVES, scaling(context)),
        json.flagOr("tie_word_embeddings", false),
        family.attentionBias(),
        family.qkNorm(),
        1 / Math.sqrt(headDim),
        window(context));
  }

  /// Fields that would change the arithmetic in ways the graph does not know.
  private void refuseUnsupported() {
    String activation = json.textOrNull("hidden_act");
    if (activation != null && !activation.equals("silu")) {
      throw json.problem("hidden_act", "is not supported; supported is 'silu'");
    }
    for (String flag : List.of("attention_bias", "mlp_bias", "use_sliding_window")) {
      if (json.flagOr(flag, false)) {
        throw json.problem(flag, "is not supported");
      }
    }
    if (json.realOr("partial_rotary_factor", 1) != 1) {
      throw json.problem("partial_rotary_factor", "is not supported");
    }
    for (String key : json.keys()) {
      if (key.startsWith("quantization_config.")) {
        throw json.problem(
            key, "says quantised weights, supported only as GGUF; use unquantised weights");
      }
    }
  }

  /// Mistral windows every layer; where `use_sliding_window` exists it is off, or refused above.
  private int window(int context) {
    if (json.has("use_sliding_window")) {
      return 0;
    }
    int window = json.wholeOr("sliding_window", 1, Integer.MAX_VALUE, context);
    return window < context ? window : 0;
  }

  /// `rope_theta` stands at the top, or within `rope_parameters` in newer files.
  private double base() {
    String key =
        json.has("rope_parameters.rope_theta") ? "rope_parameters.rope_theta" : "rope_theta";
    double base = json.realOr(key, 10_000);
    if (!(base > 0)) {
      throw json.problem(key, "should be positive");
    }
    return base;
  }

  private RopeScaling scaling(int context) {
    String typeKey =
        first("rope_scaling.rope_type", "rope_scaling.type", "rope_parameters.rope_type");
    if (typeKey == null) {
      return new RopeScaling.None();
    }
    String prefix = typeKey.substring(0, typeKey.indexOf('.') + 1);
    return switch (json.text(typeKey)) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(json.real(prefix + "factor"));
      case "llama3" ->
          new RopeScaling.Llama3(
              json.real(prefix + "factor"),
              json.real(prefix + "low_freq_factor"),
              json.real(prefix + "high_freq_factor"),
              json.wholeOr(
                  prefix + "original_max_position_embeddings",
                  1,
                  ModelConfig.MAX_CONTEXT,
                  context));
      default ->
          throw json.problem(
              typeKey, "is not supported; supported are 'default', 'linear' and 'llama3'");
    };
  }

  private @Nullable String first(String... keys) {
    for (String key : keys) {
      if (json.has(key)) {
        return key;
      }
    }
    return null;
  }
}
