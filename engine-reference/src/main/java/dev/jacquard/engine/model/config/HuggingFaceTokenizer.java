package dev.jacquard.engine.model.config;

import static dev.jacquard.engine.model.config.PreTokenizers.text;
import static dev.jacquard.engine.model.file.ModelFileException.quote;

import dev.jacquard.engine.model.file.MetaValue;
import dev.jacquard.engine.model.file.Metadata;
import dev.jacquard.engine.model.file.ModelFileException;
import dev.jacquard.engine.model.file.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads [TokenizerSpec] from `tokenizer.json` and the small files around it. Byte-level BPE with a
/// known split only; any other setting is refused by name rather than tokenized wrongly.
final class HuggingFaceTokenizer {
  private final SafetensorsFile folder;
  private final TokenizerJson json;
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<String> tokens;
  private final int[] types;

  private HuggingFaceTokenizer(SafetensorsFile folder, TokenizerJson json) {
    this.folder = folder;
    this.json = json;
    ids.putAll(json.vocabulary());
    JsonNode added = json.section("added_tokens");
    int largest = -1;
    for (JsonNode token : added) {
      ids.put(text(token, "content"), token.path("id").asInt(-1));
    }
    for (int id : ids.values()) {
      largest = Math.max(largest, id);
      if (id < 0 || id > 2L * ids.size() + 1000) {
        throw json.problem("has a token with id " + id + " among " + ids.size() + " tokens");
      }
    }
    if (largest < 0) {
      throw json.problem("has no vocabulary");
    }
    Metadata config = folder.metadata();
    if (largest >= config.whole("vocab_size", 1, TokenizerSpec.MAX_TOKENS)) {
      throw config.problem("vocab_size", "does not cover token " + largest + " of tokenizer.json");
    }
    String[] byId = new String[largest + 1];
    types = new int[largest + 1];
    Arrays.fill(types, TokenizerSpec.NORMAL);
    fill(byId);
    mark(added);
    tokens = List.of(byId);
  }

  static TokenizerSpec read(SafetensorsFile folder) {
    Path file = folder.tokenizerJson();
    if (file == null) {
      throw new ModelFileException(
          folder.path(), "holds no tokenizer.json", "get it from the model's repository");
    }
    TokenizerJson json = TokenizerJson.read(file);
    String preTokenizer = supported(json);
    return new HuggingFaceTokenizer(folder, json).spec(preTokenizer);
  }

  /// Refuses whatever is not plain byte-level BPE, and names the split.
  private static String supported(TokenizerJson json) {
    String type = json.model("type").asString("BPE");
    if (!type.equals("BPE")) {
      throw json.problem("is of type " + quote(type) + "; supported is byte-level BPE");
    }
    for (String field :
        List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix", "unk_token")) {
      JsonNode value = json.model(field);
      boolean neutral = value.isMissingNode() || value.asString("?").isEmpty();
      if (!neutral && !(value.isNumber() && value.asDouble(1) == 0)) {
        throw json.problem(
            "sets model." + field + " = " + quote(value.toString()) + ", which is not supported");
      }
    }
    if (json.model("byte_fallback").asBoolean(false)) {
      throw json.problem(
          "sets model.byte_fallback, a SentencePiece vocabulary; not supported here");
    }
    JsonNode normalizer = json.section("normalizer");
    if (!normalizer.isMissingNode() && !text(normalizer, "type").equals("NFC")) {
      throw json.problem(
          "has a normalizer " + quote(normalizer.toString()) + "; supported are none and NFC");
    }
    String name = PreTokenizers.recognise(json.section("pre_tokenizer"));
    if (name == null) {
      throw json.problem(
          "has a pre_tokenizer that is not known: "
              + quote(json.section("pre_tokenizer").toString())
              + "; known are those of GPT-2, Llama 3 and Qwen 2");
    }
    return name;
  }

  private void fill(@Nullable String[] byId) {
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      int id = entry.getValue();
      if (byId[id] != null) {
        throw json.problem("gives id " + id + " to two tokens, " + quote(entry.getKey()));
      }
      byId[id] = entry.getKey();
    }
    for (int id = 0; id < byId.length; id++) {
      if (byId[id] == null) {
        byId[id] = "";
        types[id] = TokenizerSpec.UNUSED;
      }
    }
  }

  private void mark(JsonNode added) {
    for (JsonNode token : added) {
      String content = text(token, "content");
      for (String flag : List.of("lstrip", "rstrip", "single_word")) {
        if (token.path(flag).asBoolean(false)) {
          throw json.problem(
              "sets "
                  + flag
                  + " for the added token "
                  + quote(content)
                  + ", which is not supported");
        }
      }
      types[token.path("id").asInt(0)] =
          token.path("special").asBoolean(false)
              ? TokenizerSpec.CONTROL
              : TokenizerSpec.USER_DEFINED;
    }
  }

  private TokenizerSpec spec(String preTokenizer) {
    Metadata settings = folder.sidecar("tokenizer_config.json");
    int bos = special(settings, "bos_token", "bos_token_id");
    int eos = special(settings, "eos_token", "eos_token_id");
    int eot = EndTokens.endOfTurn(tokens, types);
    List<Integer> ends = new ArrayList<>(List.of(eos, eot));
    ends.addAll(idsIn(folder.metadata(), "eos_token_id"));
    ends.addAll(idsIn(folder.sidecar("generation_config.json"), "eos_token_id"));
    JsonNode template = templateProcessor();
    boolean addBos =
        template.isMissingNode()
            ? settings != null && settings.flagOr("add_bos_token", false)
            : edge(template, 0) == bos && bos >= 0;
    boolean addEos =
        template.isMissingNode()
            ? settings != null && settings.flagOr("add_eos_token", false)
            : edge(template, template.path("single").size() - 1) == eos && eos >= 0;
    return new TokenizerSpec(
        "gpt2",
        preTokenizer,
        tokens,
        new float[0],
        types,
        json.merges(),
        bos,
        eos,
        eot,
        special(settings, "unk_token", "unk_token_id"),
        special(settings, "pad_token", "pad_token_id"),
        EndTokens.all(tokens, types, ends),
        addBos,
        addEos,
        false,
        json.model("ignore_merges").asBoolean(false),
        !json.section("normalizer").isMissingNode(),
        chatTemplate(settings));
  }

  /// A special token, spelled in tokenizer_config.json or numbered in config.json; −1 for none.
  private int special(@Nullable Metadata settings, String name, String idName) {
    if (settings != null) {
      String nested = name + ".content";
      String spelled = settings.textOrNull(settings.has(nested) ? nested : name);
      if (spelled != null) {
        Integer id = ids.get(spelled);
        if (id == null) {
          throw settings.problem(name, "is not in the vocabulary of tokenizer.json");
        }
        return id;
      }
    }
    List<Integer> numbered = idsIn(folder.metadata(), idName);
    return numbered.isEmpty() ? -1 : numbered.getFirst();
  }

  /// One id or several, as config.json and generation_config.json write them.
  private List<Integer> idsIn(@Nullable Metadata source, String key) {
    if (source == null || !source.has(key)) {
      return List.of();
    }
    if (source.get(key) instanceof MetaValue.Numbers n) {
      List<Integer> out = new ArrayList<>();
      for (int i = 0; i < n.values().size(); i++) {
        long id = n.values().longAt(i);
        if (id < 0 || id >= tokens.size()) {
          throw source.problem(key, "has an id " + id + " beyond the vocabulary");
        }
        out.add((int) id);
      }
      return out;
    }
    int id = source.wholeOr(key, -1, tokens.size() - 1, -1); // some files write -1 for none
    return id < 0 ? List.of() : List.of(id);
  }

  private JsonNode templateProcessor() {
    JsonNode processor = json.section("post_processor");
    if (text(processor, "type").equals("TemplateProcessing")) {
      return processor;
    }
    for (JsonNode step : processor.path("processors")) {
      if (text(step, "type").equals("TemplateProcessing")) {
        return step;
      }
    }
    return json.section("no template processor");
  }

  /// The id of the special token at that place of the template for one text, or −2.
  private int edge(JsonNode template, int at) {
    String token = text(template.path("single").path(at).path("SpecialToken"), "id");
    return ids.getOrDefault(token, -2);
  }

  private @Nullable String chatTemplate(@Nullable Metadata settings) {
    String file = folder.text("chat_template.jinja");
    if (file != null || settings == null) {
      return file;
    }
    for (int i = 0; settings.has("chat_template." + i + ".name"); i++) {
      if (settings.text("chat_template." + i + ".name").equals("default")) {
        return settings.textOrNull("chat_template." + i + ".template");
      }
    }
    return settings.textOrNull("chat_template");
  }
}
