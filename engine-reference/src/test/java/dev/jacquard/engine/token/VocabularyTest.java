package dev.jacquard.engine.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class VocabularyTest {

  @Test
  void metadataOfAModelFileMakesAVocabulary() {
    Vocabulary vocabulary = VocabularyMetadata.read(sentencePiece()::get);
    assertEquals(List.of("<unk>", "<s>", "</s>", "a"), vocabulary.tokens());
    assertArrayEquals(new float[] {0, 0, 0, -1.5f}, vocabulary.scores());
    assertArrayEquals(new int[] {2, 3, 3, 1}, vocabulary.types());
    assertEquals(1, vocabulary.bos());
    assertEquals(2, vocabulary.eos());
    assertEquals(0, vocabulary.unknown());
    assertTrue(vocabulary.addBos());
    assertFalse(vocabulary.addEos());
    assertTrue(vocabulary.addSpacePrefix());
    assertEquals("Tiny", vocabulary.modelName());
  }

  @Test
  void metadataMayHoldJavaArraysAndEveryOptionalKey() {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("tokenizer.ggml.model", "gpt2");
    metadata.put("tokenizer.ggml.pre", "llama-bpe");
    metadata.put("tokenizer.ggml.tokens", new String[] {"a", "b", "ab", "<|eom|>"});
    metadata.put("tokenizer.ggml.token_type", new int[] {1, 1, 1, 3});
    metadata.put("tokenizer.ggml.merges", new String[] {"a b"});
    metadata.put("tokenizer.ggml.bos_token_id", 0L);
    metadata.put("tokenizer.ggml.eos_token_id", 1);
    metadata.put("tokenizer.ggml.eom_token_id", 3);
    metadata.put("tokenizer.ggml.eot_token_id", 0xFFFF_FFFFL);
    metadata.put("tokenizer.ggml.add_eos_token", true);
    Vocabulary vocabulary = VocabularyMetadata.read(metadata::get);
    assertTrue(vocabulary.addBos(), "Llama 3's default");
    assertTrue(vocabulary.addEos());
    assertFalse(vocabulary.addSpacePrefix());
    assertEquals(List.of(3), vocabulary.endIds());
    assertArrayEquals(new int[] {0, 2, 1}, Tokenizers.of(vocabulary).encode("ab", true, false));
  }

  @Test
  void missingAndMistypedKeysAreNamed() {
    assertMessage("tokenizer.ggml.model is missing", () -> read("tokenizer.ggml.model", null));
    assertMessage("tokenizer.ggml.tokens is missing", () -> read("tokenizer.ggml.tokens", null));
    assertMessage("tokenizer.ggml.tokens", () -> read("tokenizer.ggml.tokens", List.of(1)));
    assertMessage("tokenizer.ggml.scores", () -> read("tokenizer.ggml.scores", "none"));
    assertMessage(
        "tokenizer.ggml.bos_token_id is a String", () -> read("tokenizer.ggml.bos_token_id", "1"));
    assertMessage("tokenizer.ggml.add_bos_token", () -> read("tokenizer.ggml.add_bos_token", 1));
    assertMessage("tokenizer.ggml.eos_token_id = 4", () -> read("tokenizer.ggml.eos_token_id", 4));
    assertMessage(
        "tokenizer.ggml.scores has 1 entries",
        () -> read("tokenizer.ggml.scores", new float[] {1}));
    assertMessage(
        "tokenizer.ggml.scores[1] is not a number",
        () -> read("tokenizer.ggml.scores", new float[] {1, Float.NaN, 1, 1}));
    assertMessage("tokenizer.ggml.tokens is empty", () -> read("tokenizer.ggml.tokens", List.of()));
  }

  @Test
  void unsupportedTokenizersAreNamedWithThoseThatAre() {
    assertMessage(
        "tokenizer.ggml.model = 'bert' is not supported; supported are [llama, gpt2]",
        () -> Tokenizers.of(read("tokenizer.ggml.model", "bert")));
    Vocabulary viking = Samples.byteLevel("viking").build();
    assertMessage("tokenizer.ggml.pre = 'viking'", () -> Tokenizers.of(viking));
  }

  @Test
  void vocabulariesThatCannotWorkAreRefused() {
    assertMessage(
        "tokenizer.ggml.scores is missing",
        () -> Tokenizers.of(read("tokenizer.ggml.scores", null)));
    assertMessage(
        "tokenizer.ggml.tokens has 'a' twice, as 1 and 3",
        () -> Tokenizers.of(read("tokenizer.ggml.tokens", List.of("<unk>", "a", "</s>", "a"))));
    Vocabulary noMerges = Vocabulary.builder("gpt2", "gpt-2", List.of("a", "b")).build();
    assertMessage("tokenizer.ggml.merges is missing", () -> Tokenizers.of(noMerges));
    Vocabulary badMerge =
        Vocabulary.builder("gpt2", "gpt-2", List.of("a", "b")).merges(List.of("ab")).build();
    assertMessage("tokenizer.ggml.merges[0] = 'ab'", () -> Tokenizers.of(badMerge));
    Vocabulary badByte =
        Vocabulary.builder("gpt2", "gpt-2", List.of("a", "<0xZZ>")).types(new int[] {1, 6}).build();
    assertMessage("'<0xZZ>'", () -> Tokenizers.of(badByte));
    assertMessage(
        "add_bos_token is true",
        () -> Vocabulary.builder("gpt2", "", List.of("a")).addBos(true).build());
    Vocabulary noFallback =
        Vocabulary.builder("llama", "", List.of("a", "b", "c"))
            .scores(new float[3])
            .unknown(-1)
            .build();
    assertMessage("no byte token <0x00>", () -> Tokenizers.of(noFallback));
  }

  @Test
  void anEmptyTokenGetsAName() {
    Vocabulary vocabulary = read("tokenizer.ggml.tokens", List.of("<unk>", "<s>", "</s>", ""));
    assertEquals("[EMPTY_3]", Tokenizers.of(vocabulary).piece(3));
  }

  private static Vocabulary read(String key, Object value) {
    Map<String, Object> metadata = sentencePiece();
    metadata.put(key, value);
    return VocabularyMetadata.read(metadata::get);
  }

  private static Map<String, Object> sentencePiece() {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("general.name", "Tiny");
    metadata.put("tokenizer.ggml.model", "llama");
    metadata.put("tokenizer.ggml.tokens", List.of("<unk>", "<s>", "</s>", "a"));
    metadata.put("tokenizer.ggml.scores", List.of(0.0f, 0.0f, 0.0f, -1.5f));
    metadata.put("tokenizer.ggml.token_type", List.of(2, 3, 3, 1));
    return metadata;
  }

  private static void assertMessage(String part, Executable action) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, action);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
