package dev.jacquard.engine.model.config;

import org.jspecify.annotations.Nullable;

/// What a weight is for, with its name in either convention, its shape, and when it must be there.
/// This table is all the engine knows about tensor names.
public enum TensorRole {
  TOKEN_EMBEDDING(
      "token_embd.weight", "model.embed_tokens.weight", Size.VOCABULARY, Size.HIDDEN, Need.ALWAYS),
  OUTPUT_NORM("output_norm.weight", "model.norm.weight", null, Size.HIDDEN, Need.ALWAYS),
  OUTPUT("output.weight", "lm_head.weight", Size.VOCABULARY, Size.HIDDEN, Need.UNTIED),
  ROPE_FREQS("rope_freqs.weight", null, null, Size.FREQUENCIES, Need.NEVER),
  ATTN_NORM(
      "blk.%d.attn_norm.weight",
      "model.layers.%d.input_layernorm.weight", null, Size.HIDDEN, Need.ALWAYS),
  Q(
      "blk.%d.attn_q.weight",
      "model.layers.%d.self_attn.q_proj.weight", Size.QUERIES, Size.HIDDEN, Need.ALWAYS),
  K(
      "blk.%d.attn_k.weight",
      "model.layers.%d.self_attn.k_proj.weight", Size.KEYS, Size.HIDDEN, Need.ALWAYS),
  V(
      "blk.%d.attn_v.weight",
      "model.layers.%d.self_attn.v_proj.weight", Size.KEYS, Size.HIDDEN, Need.ALWAYS),
  Q_BIAS(
      "blk.%d.attn_q.bias",
      "model.layers.%d.self_attn.q_proj.bias", null, Size.QUERIES, Need.ATTENTION_BIAS),
  K_BIAS(
      "blk.%d.attn_k.bias",
      "model.layers.%d.self_attn.k_proj.bias", null, Size.KEYS, Need.ATTENTION_BIAS),
  V_BIAS(
      "blk.%d.attn_v.bias",
      "model.layers.%d.self_attn.v_proj.bias", null, Size.KEYS, Need.ATTENTION_BIAS),
  Q_NORM(
      "blk.%d.attn_q_norm.weight",
      "model.layers.%d.self_attn.q_norm.weight", null, Size.HEAD, Need.QK_NORM),
  K_NORM(
      "blk.%d.attn_k_norm.weight",
      "model.layers.%d.self_attn.k_norm.weight", null, Size.HEAD, Need.QK_NORM),
  ATTN_OUTPUT(
      "blk.%d.attn_output.weight",
      "model.layers.%d.self_attn.o_proj.weight", Size.HIDDEN, Size.QUERIES, Need.ALWAYS),
  FFN_NORM(
      "blk.%d.ffn_norm.weight",
      "model.layers.%d.post_attention_layernorm.weight", null, Size.HIDDEN, Need.ALWAYS),
  GATE(
      "blk.%d.ffn_gate.weight",
      "model.layers.%d.mlp.gate_proj.weight", Size.FFN, Size.HIDDEN, Need.ALWAYS),
  UP(
      "blk.%d.ffn_up.weight",
      "model.layers.%d.mlp.up_proj.weight", Size.FFN, Size.HIDDEN, Need.ALWAYS),
  DOWN(
      "blk.%d.ffn_down.weight",
      "model.layers.%d.mlp.down_proj.weight", Size.HIDDEN, Size.FFN, Need.ALWAYS);

  /// A dimension of a weight, found in the model's configuration.
  enum Size {
    VOCABULARY,
    HIDDEN,
    QUERIES,
    KEYS,
    HEAD,
    FFN,
    FREQUENCIES;

    long in(ModelConfig config) {
      return switch (this) {
        case VOCABULARY -> config.vocabSize();
        case HIDDEN -> config.hiddenSize();
        case QUERIES -> config.queryWidth();
        case KEYS -> config.kvWidth();
        case HEAD -> config.headDim();
        case FFN -> config.ffnSize();
        case FREQUENCIES -> config.rope().dimensions() / 2;
      };
    }
  }

  /// Which models have the weight.
  enum Need {
    ALWAYS,
    UNTIED,
    ATTENTION_BIAS,
    QK_NORM,
    /// Read with the configuration, not as a weight.
    NEVER;

    boolean by(ModelConfig config) {
      return switch (this) {
        case ALWAYS -> true;
        case UNTIED -> !config.tiedEmbeddings();
        case ATTENTION_BIAS -> config.attentionBias();
        case QK_NORM -> config.qkNorm();
        case NEVER -> false;
      };
    }
  }

  private final String gguf;
  private final @Nullable String huggingFace;
  private final @Nullable Size rows;
  private final Size columns;
  private final Need need;

  TensorRole(
      String gguf, @Nullable String huggingFace, @Nullable Size rows, Size columns, Need need) {
    this.gguf = gguf;
    this.huggingFace = huggingFace;
    this.rows = rows;
    this.columns = columns;
    this.need = need;
  }

  /// Whether every layer has its own.
  public boolean perLayer() {
    return gguf.contains("%d");
  }

  /// Whether this is a norm or a bias: one row, and small.
  public boolean vector() {
    return rows == null;
  }

  /// Whether models of this configuration have it.
  public boolean neededBy(ModelConfig config) {
    return need.by(config);
  }

  /// The tensor's name.
  ///
  /// @param layer from 0; ignored when not [#perLayer]
  /// @throws IllegalArgumentException when the convention has no name for it
  public String name(WeightNames names, int layer) {
    String pattern = names == WeightNames.GGUF ? gguf : huggingFace;
    if (pattern == null) {
      throw new IllegalArgumentException(this + " has no name in " + names);
    }
    return pattern.replace("%d", Integer.toString(layer));
  }

  /// The shape it must have, row-major.
  public long[] shape(ModelConfig config) {
    return rows == null
        ? new long[] {columns.in(config)}
        : new long[] {rows.in(config), columns.in(config)};
  }
}
