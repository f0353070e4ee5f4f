package dev.jacquard.engine.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Recognises the `pre_tokenizer` of a `tokenizer.json` among the splits that have a GGUF name.
final class PreTokenizers {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String REST =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String WORD = "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";

  /// The regular expressions by which byte-level BPE models split text, to GGUF's name for each.
  private static final Map<String, String> BY_PATTERN =
      Map.of(
          CONTRACTIONS + WORD + "|\\p{N}{1,3}" + REST,
          "llama-bpe",
          CONTRACTIONS + WORD + "|\\p{N}" + REST,
          "qwen2",
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          "gpt-2");

  private PreTokenizers() {}

  /// The GGUF name, or null when it is not one of the known ones.
  static @Nullable String recognise(JsonNode node) {
    List<JsonNode> steps = new ArrayList<>();
    if (text(node, "type").equals("Sequence")) {
      node.path("pretokenizers").forEach(steps::add);
    } else {
      steps.add(node);
    }
    JsonNode last = steps.isEmpty() ? node : steps.getLast();
    if (!text(last, "type").equals("ByteLevel") || last.path("add_prefix_space").asBoolean(true)) {
      return null;
    }
    boolean ownPattern = last.path("use_regex").asBoolean(true);
    if (steps.size() == 1) {
      return ownPattern ? "gpt-2" : null;
    }
    JsonNode split = steps.getFirst();
    boolean isolates =
        steps.size() == 2
            && !ownPattern
            && text(split, "type").equals("Split")
            && text(split, "behavior").equals("Isolated")
            && !split.path("invert").asBoolean(false);
    return isolates ? BY_PATTERN.get(text(split.path("pattern"), "Regex")) : null;
  }

  static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }
}
