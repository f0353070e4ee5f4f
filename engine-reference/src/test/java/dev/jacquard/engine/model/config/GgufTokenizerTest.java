package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.file.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.model.file.GgufWriter;
import dev.jacquard.engine.model.file.ModelFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufTokenizerTest {
  @TempDir Path dir;

  private TokenizerSpec read(GgufWriter writer) {
    try (ModelFile file = ModelFile.open(writer.write(dir.resolve("m.gguf")))) {
      return TokenizerSpec.read(file);
    }
  }

  private static GgufWriter bpe() {
    return new SyntheticModel("llama").gguf();
  }

  private static GgufWriter pieces() {
    return new SyntheticModel("llama").sentencePiece().gguf();
  }

  @Test
  void byteLevelVocabulariesAreReadAndOutliveTheFile() {
    TokenizerSpec spec = read(bpe());
    SyntheticVocabulary v = SyntheticVocabulary.byteLevel(384);
    assertEquals("gpt2", spec.model());
    assertEquals("llama-bpe", spec.preTokenizer());
    assertEquals(v.tokens(), spec.tokens());
    assertEquals(v.merges(), spec.merges());
    assertEquals(0, spec.scores().length);
    assertEquals(TokenizerSpec.NORMAL, spec.tokenTypes()[0]);
    assertEquals(TokenizerSpec.CONTROL, spec.tokenTypes()[383]);
    assertEquals(376, spec.bosId());
    assertEquals(380, spec.eosId());
    assertEquals(380, spec.eotId());
    assertEquals(-1, spec.unknownId());
    assertEquals(-1, spec.padId());
    assertEquals(List.of(377, 380, 382, 383), spec.endIds());
    assertTrue(spec.addBos());
    assertTrue(spec.ignoreMerges());
    assertFalse(spec.addSpacePrefix());
    String template = spec.chatTemplate();
    assertNotNull(template);
    assertTrue(template.contains("<|start_header_id|>"));
  }

  @Test
  void sentencePieceVocabulariesAreRead() {
    TokenizerSpec spec = read(pieces());
    SyntheticVocabulary v = SyntheticVocabulary.sentencePiece(384);
    assertEquals("llama", spec.model());
    assertEquals(v.tokens(), spec.tokens());
    assertArrayEquals(v.scores(), spec.scores());
    assertEquals(TokenizerSpec.BYTE, spec.tokenTypes()[3]);
    assertEquals(List.of(), spec.merges());
    assertEquals(List.of(0, 1, 2), List.of(spec.unknownId(), spec.bosId(), spec.eosId()));
    assertEquals(List.of(2), spec.endIds());
    assertTrue(spec.addBos());
    assertTrue(spec.addSpacePrefix());
    assertNull(spec.chatTemplate());
  }

  @Test
  void absentKeysGetWhatLlamaCppAssumes() {
    TokenizerSpec spec =
        read(
            pieces()
                .remove("tokenizer.ggml.bos_token_id")
                .remove("tokenizer.ggml.eos_token_id")
                .remove("tokenizer.ggml.unknown_token_id")
                .remove("tokenizer.ggml.add_bos_token")
                .remove("tokenizer.ggml.add_space_prefix")
                .remove("tokenizer.ggml.token_type"));
    assertEquals(List.of(0, 1, 2), List.of(spec.unknownId(), spec.bosId(), spec.eosId()));
    assertTrue(spec.addBos());
    assertTrue(spec.addSpacePrefix());
    TokenizerSpec qwen =
        read(
            bpe()
                .put("tokenizer.ggml.pre", "qwen2")
                .put("tokenizer.ggml.bos_token_id", -1)
                .remove("tokenizer.ggml.add_bos_token"));
    assertEquals(-1, qwen.bosId());
    assertFalse(qwen.addBos());
    assertFalse(qwen.ignoreMerges());
    assertEquals("default", read(bpe().remove("tokenizer.ggml.pre")).preTokenizer());
  }

  @Test
  void vocabulariesThatMakeNoSenseAreRefusedByKey() {
    assertRefused(
        () -> read(bpe().put("tokenizer.ggml.model", "bert")), "= 'bert'", "'gpt2'", "'llama'");
    assertRefused(() -> read(bpe().remove("tokenizer.ggml.model")), "'tokenizer.ggml.model'");
    assertRefused(() -> read(bpe().remove("tokenizer.ggml.tokens")), "'tokenizer.ggml.tokens'");
    assertRefused(() -> read(pieces().remove("tokenizer.ggml.scores")), "scores' (missing)");
    assertRefused(
        () -> read(pieces().put("tokenizer.ggml.scores", new float[3])), "array of 3 numbers");
    float[] nan = new float[384];
    nan[5] = Float.NaN;
    assertRefused(() -> read(pieces().put("tokenizer.ggml.scores", nan)), "NaN as entry 5");
    int[] types = new int[384];
    types[7] = 9;
    assertRefused(() -> read(bpe().put("tokenizer.ggml.token_type", types)), "9 as entry 7");
    assertRefused(
        () -> read(bpe().put("tokenizer.ggml.token_type", new int[2])), "each of the 384 tokens");
    for (String merge : List.of("ab", "a ", " b", "")) {
      List<String> merges = new ArrayList<>(List.of("t h", merge));
      assertRefused(() -> read(bpe().put("tokenizer.ggml.merges", merges)), "entry 1");
    }
    assertRefused(
        () -> read(bpe().put("tokenizer.ggml.eos_token_id", 384)),
        "'tokenizer.ggml.eos_token_id' = 384",
        "between 0 and 383");
  }
}
