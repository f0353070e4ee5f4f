package dev.jacquard.engine.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names as other tools write them, spelled out: the synthetic models of the tests use the same
/// table as the reader and cannot tell when it is wrong.
class TensorRoleTest {

  @ParameterizedTest
  @CsvSource({
    "TOKEN_EMBEDDING, token_embd.weight, model.embed_tokens.weight",
    "OUTPUT_NORM, output_norm.weight, model.norm.weight",
    "OUTPUT, output.weight, lm_head.weight",
    "ATTN_NORM, blk.3.attn_norm.weight, model.layers.3.input_layernorm.weight",
    "Q, blk.3.attn_q.weight, model.layers.3.self_attn.q_proj.weight",
    "K, blk.3.attn_k.weight, model.layers.3.self_attn.k_proj.weight",
    "V, blk.3.attn_v.weight, model.layers.3.self_attn.v_proj.weight",
    "Q_BIAS, blk.3.attn_q.bias, model.layers.3.self_attn.q_proj.bias",
    "K_BIAS, blk.3.attn_k.bias, model.layers.3.self_attn.k_proj.bias",
    "V_BIAS, blk.3.attn_v.bias, model.layers.3.self_attn.v_proj.bias",
    "Q_NORM, blk.3.attn_q_norm.weight, model.layers.3.self_attn.q_norm.weight",
    "K_NORM, blk.3.attn_k_norm.weight, model.layers.3.self_attn.k_norm.weight",
    "ATTN_OUTPUT, blk.3.attn_output.weight, model.layers.3.self_attn.o_proj.weight",
    "FFN_NORM, blk.3.ffn_norm.weight, model.layers.3.post_attention_layernorm.weight",
    "GATE, blk.3.ffn_gate.weight, model.layers.3.mlp.gate_proj.weight",
    "UP, blk.3.ffn_up.weight, model.layers.3.mlp.up_proj.weight",
    "DOWN, blk.3.ffn_down.weight, model.layers.3.mlp.down_proj.weight",
  })
  void namesAreThoseOfTheFormats(TensorRole role, String gguf, String huggingFace) {
    assertEquals(gguf, role.name(WeightNames.GGUF, 3));
    assertEquals(huggingFace, role.name(WeightNames.HUGGING_FACE, 3));
  }
}
