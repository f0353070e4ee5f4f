package dev.jacquard.engine.model.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A `tokenizer.json` as Hugging Face writes it, for a byte-level [SyntheticVocabulary].
final class SyntheticTokenizerJson {
  static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  static final String QWEN2 = LLAMA3.replace("{1,3}", "");

  private SyntheticTokenizerJson() {}

  /// Mutable maps throughout, so that tests can break what they like.
  static Map<String, Object> of(SyntheticVocabulary v, String architecture) {
    if (v.tokens().getFirst().equals("<unk>")) {
      throw new IllegalStateException("tokenizer.json is written for byte-level vocabularies only");
    }
    boolean llama = architecture.equals("llama");
    Map<String, Object> vocabulary = new LinkedHashMap<>();
    List<Map<String, Object>> added = new ArrayList<>();
    for (int id = 0; id < v.tokens().size(); id++) {
      if (id < v.specials()) {
        vocabulary.put(v.tokens().get(id), id);
      } else {
        added.add(map("id", id, "content", v.tokens().get(id), "special", true, "lstrip", false));
      }
    }
    Map<String, Object> split =
        map(
            "type",
            "Split",
            "pattern",
            map("Regex", llama ? LLAMA3 : QWEN2),
            "behavior",
            "Isolated",
            "invert",
            false);
    Map<String, Object> bytes =
        map("type", "ByteLevel", "add_prefix_space", false, "use_regex", false);
    Map<String, Object> json =
        map(
            "version",
            "1.0",
            "added_tokens",
            added,
            "pre_tokenizer",
            map("type", "Sequence", "pretokenizers", new ArrayList<>(List.of(split, bytes))),
            "model",
            map(
                "type",
                "BPE",
                "ignore_merges",
                llama,
                "byte_fallback",
                false,
                "vocab",
                vocabulary,
                "merges",
                v.merges()));
    if (llama) {
      json.put(
          "post_processor",
          map(
              "type",
              "TemplateProcessing",
              "single",
              List.of(
                  map("SpecialToken", map("id", "<|begin_of_text|>", "type_id", 0)),
                  map("Sequence", map("id", "A", "type_id", 0)))));
    } else {
      json.put("normalizer", map("type", "NFC"));
    }
    return json;
  }

  static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
