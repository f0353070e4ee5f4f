package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.config.SyntheticTokenizerJson.map;
import static dev.jacquard.engine.model.file.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.model.file.ModelFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class HuggingFaceTokenizerTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path dir;

  private TokenizerSpec read(String architecture, Consumer<Map<String, Object>> change) {
    SyntheticModel model = new SyntheticModel(architecture);
    model.writeSafetensors(dir);
    Map<String, Object> json = SyntheticTokenizerJson.of(model.vocabulary(), architecture);
    change.accept(json);
    write("tokenizer.json", json);
    return readFolder();
  }

  private TokenizerSpec readFolder() {
    try (ModelFile file = ModelFile.open(dir)) {
      return TokenizerSpec.read(file);
    }
  }

  private void write(String name, Object json) {
    try {
      Files.write(dir.resolve(name), JSON.writeValueAsBytes(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> model(Map<String, Object> json) {
    return (Map<String, Object>) json.getOrDefault("model", Map.of());
  }

  private void refused(Consumer<Map<String, Object>> change, String... parts) {
    assertRefused(() -> read("llama", change), parts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void theSameVocabularyIsReadAsFromGguf(String architecture) {
    TokenizerSpec spec = read(architecture, json -> {});
    Path gguf = new SyntheticModel(architecture).writeGguf(dir.resolve("m.gguf"));
    try (ModelFile file = ModelFile.open(gguf)) {
      TokenizerSpec other = TokenizerSpec.read(file);
      assertEquals(other.model(), spec.model());
      assertEquals(other.preTokenizer(), spec.preTokenizer());
      assertEquals(other.tokens(), spec.tokens());
      assertEquals(other.merges(), spec.merges());
      assertArrayEquals(other.tokenTypes(), spec.tokenTypes());
      assertEquals(other.bosId(), spec.bosId());
      assertEquals(other.eosId(), spec.eosId());
      assertEquals(other.eotId(), spec.eotId());
      assertEquals(other.endIds(), spec.endIds());
      assertEquals(other.addBos(), spec.addBos());
      assertEquals(other.ignoreMerges(), spec.ignoreMerges());
      assertEquals(other.chatTemplate(), spec.chatTemplate());
      assertEquals(architecture.equals("qwen2"), spec.nfc());
    }
  }

  @Test
  void mergesMayBePairs() {
    TokenizerSpec plain = read("llama", json -> {});
    TokenizerSpec pairs =
        read(
            "llama",
            json ->
                model(json)
                    .put(
                        "merges",
                        plain.merges().stream().map(m -> Arrays.asList(m.split(" "))).toList()));
    assertEquals(plain.merges(), pairs.merges());
  }

  @Test
  void gpt2SplitsInItsByteLevelStep() {
    TokenizerSpec spec =
        read(
            "llama",
            json -> {
              json.put("pre_tokenizer", map("type", "ByteLevel", "add_prefix_space", false));
              json.put("post_processor", null);
            });
    assertEquals("gpt-2", spec.preTokenizer());
    assertFalse(spec.addBos());
  }

  @Test
  void theFilesAroundItSayTheRest() throws IOException {
    read("llama", json -> {});
    write("generation_config.json", Map.of("eos_token_id", List.of(377, 12)));
    write(
        "tokenizer_config.json",
        Map.of(
            "bos_token",
            Map.of("content", "<|im_start|>"),
            "chat_template",
            List.of(
                Map.of("name", "tool_use", "template", "T"),
                Map.of("name", "default", "template", "D"))));
    TokenizerSpec spec = readFolder();
    assertEquals(381, spec.bosId());
    assertEquals(-1, spec.eosId());
    assertEquals(List.of(12, 377, 380, 382, 383), spec.endIds());
    assertFalse(spec.addBos(), "the template puts another token first");
    assertEquals("D", spec.chatTemplate());
    Files.writeString(dir.resolve("chat_template.jinja"), "J");
    assertEquals("J", readFolder().chatTemplate());
  }

  @Test
  void holesInTheNumberingBecomeUnusedTokens() {
    TokenizerSpec spec =
        read(
            "llama",
            json -> {
              List<Object> added = new ArrayList<>((List<?>) json.getOrDefault("added_tokens", 0));
              added.subList(5, 8).clear();
              added.add(map("id", 383, "content", "<tool>", "special", false));
              json.put("added_tokens", added);
            });
    assertEquals(384, spec.tokens().size());
    assertEquals(TokenizerSpec.UNUSED, spec.tokenTypes()[381]);
    assertEquals("", spec.tokens().get(382));
    assertEquals(TokenizerSpec.USER_DEFINED, spec.tokenTypes()[383]);
    assertTrue(spec.tokens().contains("<tool>"));
  }

  @Test
  void whatIsNotByteLevelBpeIsRefusedByName() {
    refused(json -> model(json).put("type", "Unigram"), "tokenizer.json", "'Unigram'");
    refused(json -> model(json).put("byte_fallback", true), "byte_fallback");
    refused(json -> model(json).put("dropout", 0.1), "dropout");
    refused(json -> model(json).put("end_of_word_suffix", "</w>"), "end_of_word_suffix");
    refused(json -> json.put("normalizer", Map.of("type", "Lowercase")), "Lowercase");
    refused(json -> json.put("pre_tokenizer", Map.of("type", "Metaspace")), "Metaspace", "GPT-2");
    refused(json -> json.remove("pre_tokenizer"), "pre_tokenizer that is not known");
    refused(
        json -> json.put("pre_tokenizer", map("type", "ByteLevel", "add_prefix_space", true)),
        "pre_tokenizer that is not known");
    refused(
        json ->
            json.put(
                "added_tokens",
                List.of(map("id", 376, "content", "<mask>", "special", true, "lstrip", true))),
        "lstrip",
        "'<mask>'");
  }

  @Test
  void damagedVocabulariesAreRefused() throws IOException {
    refused(json -> model(json).put("vocab", Map.of("a", 0, "b", 0)), "id 0 to two tokens");
    refused(json -> model(json).put("vocab", Map.of("a", "0")), "'a' no integer id");
    refused(json -> model(json).put("vocab", Map.of("a", 2_000_000_000)), "id 2000000000");
    refused(json -> model(json).put("vocab", Map.of("a", -1)), "id -1");
    refused(json -> model(json).put("vocab", Map.of("a", 500)), "vocab_size' = 384", "token 500");
    refused(json -> model(json).put("merges", List.of("a b", "ab")), "merge 1");
    refused(json -> model(json).put("merges", List.of(List.of("a", "b", "c"))), "merge 0");
    refused(json -> model(json).put("merges", List.of(3)), "merge 0");
    refused(
        json -> {
          model(json).put("vocab", Map.of());
          json.remove("added_tokens");
        },
        "no vocabulary");
    refused(json -> json.remove("added_tokens"), "'bos_token'", "not in the vocabulary");
    Files.writeString(dir.resolve("tokenizer.json"), "{\"model\": {\"vocab\": {\"a\": 0");
    assertRefused(this::readFolder, "tokenizer.json", "not valid JSON");
    Files.delete(dir.resolve("tokenizer.json"));
    assertRefused(this::readFolder, "holds no tokenizer.json");
  }
}
