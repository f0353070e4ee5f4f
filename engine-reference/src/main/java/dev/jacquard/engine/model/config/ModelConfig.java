package dev.jacquard.engine.model.config;

import dev.jacquard.engine.model.file.GgufFile;
import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.engine.model.file.SafetensorsFile;

/// The sizes and switches of a decoder-only transformer, whatever file they came from.
///
/// @param architecture family name, such as `llama`
/// @param layers number of transformer blocks
/// @param hiddenSize width of the residual stream
/// @param heads query heads
/// @param kvHeads key and value heads; divides `heads`
/// @param headDim elements of a head, even; `heads * headDim` may differ from `hiddenSize`
/// @param ffnSize inner width of the gated feed-forward block
/// @param vocabSize rows of the embedding; a tokenizer may know fewer tokens
/// @param contextLength tokens the model was made for
/// @param rmsEpsilon added to the mean square in every RMS norm
/// @param rope rotary position embedding
/// @param tiedEmbeddings whether the output projection is the token embedding
/// @param attentionBias whether Q, K and V have biases
/// @param qkNorm whether Q and K pass an RMS norm per head, before rope
/// @param attentionScale factor on the dot products, usually 1/sqrt(headDim)
/// @param slidingWindow positions a token attends to, itself included, in every layer; 0 for all
public record ModelConfig(
    String architecture,
    int layers,
    int hiddenSize,
    int heads,
    int kvHeads,
    int headDim,
    int ffnSize,
    int vocabSize,
    int contextLength,
    double rmsEpsilon,
    Rope rope,
    boolean tiedEmbeddings,
    boolean attentionBias,
    boolean qkNorm,
    double attentionScale,
    int slidingWindow) {

  static final int MAX_LAYERS = 4096;
  static final int MAX_HEADS = 1 << 14;
  static final int MAX_HEAD_DIM = 1 << 12;
  static final int MAX_WIDTH = 1 << 22;
  static final int MAX_VOCABULARY = 1 << 24;
  static final int MAX_CONTEXT = 1 << 30;

  public ModelConfig {
    bounded("layers", layers, MAX_LAYERS);
    bounded("hidden size", hiddenSize, MAX_WIDTH);
    bounded("heads", heads, MAX_HEADS);
    bounded("key-value heads", kvHeads, MAX_HEADS);
    bounded("head dimension", headDim, MAX_HEAD_DIM);
    bounded("feed-forward size", ffnSize, MAX_WIDTH);
    bounded("vocabulary size", vocabSize, MAX_VOCABULARY);
    bounded("context length", contextLength, MAX_CONTEXT);
    require(heads % kvHeads == 0, heads + " heads are not a multiple of " + kvHeads + " KV heads");
    require(headDim % 2 == 0, "head dimension " + headDim + " is odd");
    require(heads * (long) headDim <= MAX_WIDTH, heads + " heads of " + headDim + " are too wide");
    require(rope.dimensions() <= headDim, "rope dimensions " + rope.dimensions() + " > " + headDim);
    require(rmsEpsilon > 0 && rmsEpsilon < 1, "RMS epsilon " + rmsEpsilon + " is not in (0, 1)");
    require(
        attentionScale > 0 && attentionScale < 1e6,
        "attention scale " + attentionScale + " is not in (0, 1e6)");
    require(
        slidingWindow >= 0 && slidingWindow <= MAX_CONTEXT,
        "sliding window " + slidingWindow + " is not between 0 and " + MAX_CONTEXT);
  }

  /// Reads the description of a model from its file.
  ///
  /// @throws dev.jacquard.engine.model.file.ModelFileException when the architecture is not
  ///   supported, or a value is missing or makes no sense
  public static ModelConfig read(ModelFile file) {
    return switch (file) {
      case GgufFile gguf -> GgufConfig.read(gguf);
      case SafetensorsFile folder -> HuggingFaceConfig.read(folder);
    };
  }

  /// Width of the concatenated queries: `heads * headDim`.
  public int queryWidth() {
    return heads * headDim;
  }

  /// Width of the concatenated keys, and of the values: `kvHeads * headDim`.
  public int kvWidth() {
    return kvHeads * headDim;
  }

  private static void bounded(String name, int value, int most) {
    require(value >= 1 && value <= most, name + " " + value + " is not between 1 and " + most);
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
