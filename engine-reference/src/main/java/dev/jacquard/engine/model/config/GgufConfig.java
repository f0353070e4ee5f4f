package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import dev.jacquard.engine.model.file.GgufFile;
import dev.jacquard.engine.model.file.MetaValue;
import dev.jacquard.engine.model.file.Metadata;
import dev.jacquard.engine.model.file.ModelFileException;
import dev.jacquard.engine.model.file.TensorInfo;
import dev.jacquard.spi.kernel.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads [ModelConfig] from GGUF metadata. Key names: docs/gguf.md of the ggml project.
final class GgufConfig {
  private final GgufFile file;
  private final Metadata meta;
  private final ModelFamily family;

  private GgufConfig(GgufFile file, ModelFamily family) {
    this.file = file;
    this.meta = file.metadata();
    this.family = family;
  }

  static ModelConfig read(GgufFile file) {
    String name = file.metadata().text("general.architecture");
    ModelFamily family = ModelFamily.ofGguf(name);
    if (family == null) {
      throw new ModelFileException(
          file.path(),
          "the model is of architecture " + quote(name) + ", which is not supported",
          "use a model of one of these architectures: " + ModelFamily.ggufNames());
    }
    try {
      return new GgufConfig(file, family).read();
    } catch (IllegalArgumentException e) {
      throw new ModelFileException(
          file.path(), String.valueOf(e.getMessage()), "get an intact file of the model", e);
    }
  }

  private ModelConfig read() {
    refuseUnsupported();
    int hidden = meta.whole(key("embedding_length"), 1, ModelConfig.MAX_WIDTH);
    String headsKey = key("attention.head_count");
    int heads = meta.whole(headsKey, 1, ModelConfig.MAX_HEADS);
    String kvKey = key("attention.head_count_kv");
    int kvHeads = meta.wholeOr(kvKey, 1, ModelConfig.MAX_HEADS, heads);
    if (heads % kvHeads != 0) {
      throw meta.problem(kvKey, "does not divide " + headsKey + " = " + heads);
    }
    int headDim = headDim(hidden, headsKey, heads);
    int vocab = vocabulary(hidden);
    double scale = meta.realOr(key("attention.scale"), 1 / Math.sqrt(headDim));
    return new ModelConfig(
        family.architecture(),
        meta.whole(key("block_count"), 1, ModelConfig.MAX_LAYERS),
        hidden,
        heads,
        kvHeads,
        headDim,
        meta.whole(key("feed_forward_length"), 1, ModelConfig.MAX_WIDTH),
        vocab,
        meta.whole(key("context_length"), 1, ModelConfig.MAX_CONTEXT),
        epsilon(),
        rope(headDim),
        file.find(TensorRole.OUTPUT.name(WeightNames.GGUF, 0)) == null,
        family.attentionBias() || file.find(TensorRole.Q_BIAS.name(WeightNames.GGUF, 0)) != null,
        family.qkNorm(),
        scale,
        window());
  }

  /// Metadata that would change the arithmetic in ways the graph does not know.
  private void refuseUnsupported() {
    String experts = key("expert_count");
    if (meta.wholeOr(experts, 0, Integer.MAX_VALUE, 0) > 0) {
      throw meta.problem(experts, "says a mixture of experts, which is not supported");
    }
    for (String factor : List.of("logit_scale", "residual_scale", "embedding_scale")) {
      double value = meta.realOr(key(factor), 1);
      if (value != 1 && value != 0) {
        throw meta.problem(key(factor), "is not supported for this architecture");
      }
    }
  }

  /// Only the llama family (Mistral's files among it) windows every layer; others mix layers, which
  /// the graph does not know.
  private int window() {
    String window = key("attention.sliding_window");
    int context = meta.whole(key("context_length"), 1, ModelConfig.MAX_CONTEXT);
    int size = meta.wholeOr(window, 0, Integer.MAX_VALUE, 0);
    if (size == 0 || size >= context) {
      return 0;
    }
    if (!family.architecture().equals("llama")) {
      throw meta.problem(window, "says sliding-window attention, which is not supported here");
    }
    return size;
  }

  private int headDim(int hidden, String headsKey, int heads) {
    String keyLength = key("attention.key_length");
    String valueLength = key("attention.value_length");
    if (!meta.has(keyLength) && hidden % heads != 0) {
      throw meta.problem(headsKey, "does not divide the embedding length " + hidden);
    }
    int headDim = meta.wholeOr(keyLength, 1, ModelConfig.MAX_HEAD_DIM, Math.max(1, hidden / heads));
    if (headDim % 2 != 0) {
      String from = meta.has(keyLength) ? keyLength : headsKey;
      throw meta.problem(from, "makes heads of " + headDim + " elements; it must be even");
    }
    if (meta.wholeOr(valueLength, 1, ModelConfig.MAX_HEAD_DIM, headDim) != headDim) {
      throw meta.problem(valueLength, "differs from " + keyLength + " = " + headDim);
    }
    return headDim;
  }

  private double epsilon() {
    String key = key("attention.layer_norm_rms_epsilon");
    double epsilon = meta.real(key);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw meta.problem(key, "should lie between 0 and 1");
    }
    return epsilon;
  }

  /// The rows of the embedding: metadata and token list may be absent, the matrix is not.
  private int vocabulary(int hidden) {
    String name = TensorRole.TOKEN_EMBEDDING.name(WeightNames.GGUF, 0);
    TensorInfo embedding = file.find(name);
    if (embedding == null || embedding.rank() != 2 || embedding.columns() != hidden) {
      throw new ModelFileException(
          file.path(),
          embedding == null
              ? "tensor " + name + " is missing"
              : "tensor "
                  + embedding
                  + " should have rows of "
                  + hidden
                  + " elements, as "
                  + key("embedding_length")
                  + " says",
          "get an intact file of the model");
    }
    long rows = embedding.rows();
    if (rows > ModelConfig.MAX_VOCABULARY) {
      throw new ModelFileException(
          file.path(),
          "tensor "
              + embedding
              + " makes a vocabulary beyond the supported "
              + ModelConfig.MAX_VOCABULARY,
          "get an intact file of the model");
    }
    String sizeKey = key("vocab_size");
    if (meta.wholeOr(sizeKey, 1, ModelConfig.MAX_VOCABULARY, (int) rows) != rows) {
      throw meta.problem(sizeKey, "differs from the " + rows + " rows of " + name);
    }
    String tokens = "tokenizer.ggml.tokens";
    if (meta.get(tokens) instanceof MetaValue.Texts t && t.values().size() > rows) {
      throw meta.problem(tokens, "are more than the " + rows + " rows of " + name);
    }
    return (int) rows;
  }

  private Rope rope(int headDim) {
    String dimensionsKey = key("rope.dimension_count");
    int dimensions = meta.wholeOr(dimensionsKey, 2, ModelConfig.MAX_HEAD_DIM, headDim);
    if (dimensions % 2 != 0 || dimensions > headDim) {
      throw meta.problem(
          dimensionsKey, "should be even and at most the head's " + headDim + " elements");
    }
    String baseKey = key("rope.freq_base");
    double base = meta.realOr(baseKey, 10_000);
    if (!(base > 0)) {
      throw meta.problem(baseKey, "should be positive");
    }
    return new Rope(base, dimensions, family.ggufRope(), scaling(dimensions));
  }

  private RopeScaling scaling(int dimensions) {
    String typeKey = key("rope.scaling.type");
    String type = meta.textOrNull(typeKey);
    double legacy = meta.realOr(key("rope.scale_linear"), 1);
    double factor = meta.realOr(key("rope.scaling.factor"), legacy);
    boolean linear = type == null ? legacy != 1 : type.equals("linear");
    if (type != null && !linear && !type.equals("none")) {
      throw meta.problem(typeKey, "is not supported; supported are none and linear");
    }
    if (meta.realOr(key("rope.scaling.attn_factor"), 1) != 1) {
      throw meta.problem(key("rope.scaling.attn_factor"), "is not supported");
    }
    RopeScaling divisors = divisors(dimensions);
    if (divisors != null && linear && factor != 1) {
      throw meta.problem(typeKey, "together with tensor rope_freqs.weight is not supported");
    }
    if (divisors != null) {
      return divisors;
    }
    return linear && factor != 1 ? new RopeScaling.Linear(factor) : new RopeScaling.None();
  }

  private @Nullable RopeScaling divisors(int dimensions) {
    TensorInfo tensor = file.find(TensorRole.ROPE_FREQS.name(WeightNames.GGUF, 0));
    if (tensor == null) {
      return null;
    }
    if (tensor.type() != DType.F32 || !tensor.hasShape(dimensions / 2)) {
      throw new ModelFileException(
          file.path(),
          "tensor " + tensor + " should be F32[" + dimensions / 2 + "]",
          "get an intact file of the model");
    }
    List<Float> values = new ArrayList<>();
    for (float value : file.floats(tensor)) {
      values.add(value);
    }
    return new RopeScaling.Divisors(values);
  }

  private String key(String name) {
    return family.architecture() + "." + name;
  }
}
