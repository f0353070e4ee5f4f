package dev.jacquard.engine.model.config;

import dev.jacquard.engine.model.file.GgufFile;
import dev.jacquard.engine.model.file.MetaValue;
import dev.jacquard.engine.model.file.Metadata;
import dev.jacquard.engine.model.file.NumberList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Reads [TokenizerSpec] from the `tokenizer.*` keys of a GGUF file. What is absent gets the value
/// that llama.cpp assumes.
final class GgufTokenizer {
  private static final String MODEL = "tokenizer.ggml.model";
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final String SCORES = "tokenizer.ggml.scores";
  private static final String TYPES = "tokenizer.ggml.token_type";
  private static final String MERGES = "tokenizer.ggml.merges";

  /// Splits of the Llama 3 kind, which take whole words first and begin with BOS.
  private static final Set<String> LLAMA3 = Set.of("llama-bpe", "llama3", "llama-v3");

  private final Metadata meta;
  private final List<String> tokens;

  private GgufTokenizer(Metadata meta) {
    this.meta = meta;
    List<String> mapped = meta.texts(TOKENS);
    if (mapped.isEmpty() || mapped.size() > TokenizerSpec.MAX_TOKENS) {
      throw meta.problem(TOKENS, "should hold the vocabulary");
    }
    this.tokens = List.copyOf(mapped);
  }

  static TokenizerSpec read(GgufFile file) {
    Metadata meta = file.metadata();
    String model = meta.text(MODEL);
    if (!model.equals("gpt2") && !model.equals("llama")) {
      throw meta.problem(
          MODEL,
          "is not supported; supported are 'gpt2' (byte-level BPE) and 'llama' (SentencePiece)");
    }
    return new GgufTokenizer(meta).spec(model);
  }

  private TokenizerSpec spec(String model) {
    boolean bpe = model.equals("gpt2");
    String given = meta.textOrNull("tokenizer.ggml.pre");
    String pre = given == null || !bpe ? "default" : given;
    boolean llama3 = bpe && LLAMA3.contains(pre);
    boolean usual = !bpe && tokens.size() > 2; // SentencePiece: <unk> 0, <s> 1, </s> 2
    int[] types = types();
    int eos = id("eos_token_id", usual ? 2 : -1);
    int eot = id("eot_token_id", EndTokens.endOfTurn(tokens, types));
    int eom = id("eom_token_id", -1);
    return new TokenizerSpec(
        model,
        pre,
        tokens,
        scores(bpe),
        types,
        merges(bpe),
        id("bos_token_id", usual ? 1 : -1),
        eos,
        eot,
        id("unknown_token_id", usual ? 0 : -1),
        id("padding_token_id", -1),
        EndTokens.all(tokens, types, List.of(eos, eot, eom)),
        meta.flagOr("tokenizer.ggml.add_bos_token", !bpe || llama3),
        meta.flagOr("tokenizer.ggml.add_eos_token", false),
        meta.flagOr("tokenizer.ggml.add_space_prefix", !bpe),
        llama3,
        false,
        meta.textOrNull("tokenizer.chat_template"));
  }

  private float[] scores(boolean bpe) {
    NumberList scores = meta.numbersOrNull(SCORES);
    if (bpe) {
      return new float[0];
    }
    if (scores == null || scores.size() != tokens.size()) {
      throw meta.problem(SCORES, "should be there for each of the " + tokens.size() + " tokens");
    }
    float[] out = new float[scores.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) scores.doubleAt(i);
      if (Float.isNaN(out[i])) {
        throw meta.problem(SCORES, "has NaN as entry " + i);
      }
    }
    return out;
  }

  private int[] types() {
    int[] out = new int[tokens.size()];
    NumberList types = meta.numbersOrNull(TYPES);
    if (types == null) {
      Arrays.fill(out, TokenizerSpec.NORMAL);
      return out;
    }
    if (types.size() != out.length) {
      throw meta.problem(TYPES, "should have an entry for each of the " + out.length + " tokens");
    }
    for (int i = 0; i < out.length; i++) {
      long type = types.longAt(i);
      if (type < 0 || type > TokenizerSpec.BYTE) {
        throw meta.problem(TYPES, "has " + type + " as entry " + i + ", not one of 0 to 6");
      }
      out[i] = type == 0 ? TokenizerSpec.NORMAL : (int) type;
    }
    return out;
  }

  private List<String> merges(boolean bpe) {
    if (!bpe) {
      return List.of();
    }
    List<String> merges = List.copyOf(meta.texts(MERGES));
    for (int i = 0; i < merges.size(); i++) {
      String merge = merges.get(i);
      int space = merge.indexOf(' ', 1);
      if (space < 0 || space == merge.length() - 1) {
        throw meta.problem(MERGES, "has an entry " + i + " that is not two tokens and a space");
      }
    }
    return merges;
  }

  /// The id under a key; the files of some converters say "none" with −1, perhaps unsigned.
  private int id(String name, int absent) {
    String key = "tokenizer.ggml." + name;
    if (meta.get(key) instanceof MetaValue.Whole w
        && (w.value() == -1 || w.value() == 0xffff_ffffL)) {
      return -1;
    }
    return meta.wholeOr(key, 0, tokens.size() - 1, absent);
  }
}
