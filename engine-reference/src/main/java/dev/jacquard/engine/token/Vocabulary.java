package dev.jacquard.engine.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A tokenizer as a model file describes it, in plain values.
///
/// Made by [#builder], or from GGUF metadata by [VocabularyMetadata#read]. The arrays are not
/// copied: nobody writes to them once the vocabulary exists. Equality is that of the arrays'
/// identity and of little use.
///
/// @param model the algorithm, `tokenizer.ggml.model`: `llama` (SentencePiece) or `gpt2`
/// @param pre the pre-tokenizer of a `gpt2` vocabulary, `tokenizer.ggml.pre`; may be empty
/// @param modelName the model's own name, `general.name`; may be empty
/// @param tokens the spelling of every id
/// @param scores one merge score for each id, higher first; empty unless `model` is `llama`
/// @param types one GGUF token type for each id
/// @param merges `left right` pairs, best first; empty unless `model` is `gpt2`
/// @param bos the id that begins a text, or -1
/// @param eos the id that ends a text, or -1
/// @param unknown the id for text that cannot be spelt, or -1
/// @param endIds further ids that end generation (end of turn, of message)
/// @param addBos whether encoding puts `bos` in front
/// @param addEos whether encoding puts `eos` behind
/// @param addSpacePrefix whether a `llama` vocabulary puts a space in front of a text
@SuppressWarnings("ArrayRecordComponent") // a hundred thousand boxed scores would serve nobody
public record Vocabulary(
    String model,
    String pre,
    String modelName,
    List<String> tokens,
    float[] scores,
    int[] types,
    List<String> merges,
    int bos,
    int eos,
    int unknown,
    List<Integer> endIds,
    boolean addBos,
    boolean addEos,
    boolean addSpacePrefix) {

  /// @throws IllegalArgumentException if sizes disagree, an id is out of range or a score is NaN
  public Vocabulary {
    tokens = named(tokens);
    merges = List.copyOf(merges);
    endIds = List.copyOf(endIds);
    int size = tokens.size();
    if (size == 0) {
      throw new IllegalArgumentException("tokenizer.ggml.tokens is empty; a vocabulary has tokens");
    }
    requireLength("tokenizer.ggml.token_type", types.length, size);
    if (scores.length != 0) {
      requireLength("tokenizer.ggml.scores", scores.length, size);
    }
    for (int id = 0; id < scores.length; id++) {
      if (Float.isNaN(scores[id])) {
        throw new IllegalArgumentException("tokenizer.ggml.scores[" + id + "] is not a number");
      }
    }
    requireId("tokenizer.ggml.bos_token_id", bos, size);
    requireId("tokenizer.ggml.eos_token_id", eos, size);
    requireId("tokenizer.ggml.unknown_token_id", unknown, size);
    for (int id : endIds) {
      requireId("an end-of-turn token id", id, size);
    }
    if (addBos && bos < 0) {
      throw new IllegalArgumentException(
          "tokenizer.ggml.add_bos_token is true but tokenizer.ggml.bos_token_id is not set");
    }
    if (addEos && eos < 0) {
      throw new IllegalArgumentException(
          "tokenizer.ggml.add_eos_token is true but tokenizer.ggml.eos_token_id is not set");
    }
  }

  /// Starts a vocabulary; what is not set afterwards takes llama.cpp's default for the model.
  public static Builder builder(String model, String pre, List<String> tokens) {
    return new Builder(model, pre, tokens);
  }

  private static List<String> named(List<String> tokens) {
    if (!tokens.contains("")) {
      return List.copyOf(tokens);
    }
    List<String> result = new ArrayList<>(tokens);
    for (int id = 0; id < result.size(); id++) {
      if (result.get(id).isEmpty()) {
        result.set(id, "[EMPTY_" + id + "]");
      }
    }
    return List.copyOf(result);
  }

  private static void requireLength(String key, int length, int size) {
    if (length != size) {
      throw new IllegalArgumentException(
          key + " has " + length + " entries but tokenizer.ggml.tokens has " + size);
    }
  }

  private static void requireId(String key, int id, int size) {
    if (id < -1 || id >= size) {
      throw new IllegalArgumentException(
          key + " = " + id + " is not an id of this vocabulary of " + size + " tokens");
    }
  }

  /// Collects a vocabulary; single-threaded, used once.
  public static final class Builder {
    private final String model;
    private final String pre;
    private final List<String> tokens;
    private final boolean sentencePiece;
    private final List<Integer> endIds = new ArrayList<>();
    private String modelName = "";
    private float[] scores = {};
    private int @Nullable [] types;
    private List<String> merges = List.of();
    private OptionalInt bos = OptionalInt.empty();
    private OptionalInt eos = OptionalInt.empty();
    private OptionalInt unknown = OptionalInt.empty();
    private @Nullable Boolean addBos;
    private boolean addEos;
    private @Nullable Boolean addSpacePrefix;

    private Builder(String model, String pre, List<String> tokens) {
      this.model = model;
      this.pre = pre;
      this.tokens = tokens;
      this.sentencePiece = model.equals("llama");
    }

    /// `general.name`; Phi-3 is recognised by it.
    public Builder modelName(String value) {
      modelName = value;
      return this;
    }

    /// `tokenizer.ggml.scores`.
    public Builder scores(float[] value) {
      scores = value;
      return this;
    }

    /// `tokenizer.ggml.token_type`; all tokens are normal if never set.
    public Builder types(int[] value) {
      types = value;
      return this;
    }

    /// `tokenizer.ggml.merges`.
    public Builder merges(List<String> value) {
      merges = value;
      return this;
    }

    /// `tokenizer.ggml.bos_token_id`; 1 for `llama`, else none.
    public Builder bos(int id) {
      bos = OptionalInt.of(id);
      return this;
    }

    /// `tokenizer.ggml.eos_token_id`; 2 for `llama`, else none.
    public Builder eos(int id) {
      eos = OptionalInt.of(id);
      return this;
    }

    /// `tokenizer.ggml.unknown_token_id`; 0 for `llama`, else none.
    public Builder unknown(int id) {
      unknown = OptionalInt.of(id);
      return this;
    }

    /// One more id that ends generation; call it once for each.
    public Builder endId(int id) {
      endIds.add(id);
      return this;
    }

    /// `tokenizer.ggml.add_bos_token`; true for `llama` and for Llama 3's pre-tokenizer.
    public Builder addBos(boolean value) {
      addBos = value;
      return this;
    }

    /// `tokenizer.ggml.add_eos_token`; false if never set.
    public Builder addEos(boolean value) {
      addEos = value;
      return this;
    }

    /// `tokenizer.ggml.add_space_prefix`; true for `llama`, else false.
    public Builder addSpacePrefix(boolean value) {
      addSpacePrefix = value;
      return this;
    }

    /// @throws IllegalArgumentException if the values contradict each other
    public Vocabulary build() {
      int[] types = this.types != null ? this.types : allNormal();
      boolean prefix = addSpacePrefix != null ? addSpacePrefix : sentencePiece;
      return new Vocabulary(
          model,
          pre,
          modelName,
          tokens,
          scores,
          types,
          merges,
          idOr(bos, 1),
          idOr(eos, 2),
          idOr(unknown, 0),
          endIds,
          addBos != null ? addBos : addsBosByDefault(),
          addEos,
          prefix);
    }

    private boolean addsBosByDefault() {
      return sentencePiece
          || (model.equals("gpt2") && PreTokenizer.addsBos(pre) && bos.isPresent());
    }

    private int idOr(OptionalInt id, int sentencePieceDefault) {
      int fallback =
          sentencePiece && sentencePieceDefault < tokens.size() ? sentencePieceDefault : -1;
      return id.orElse(fallback);
    }

    private int[] allNormal() {
      int[] result = new int[tokens.size()];
      Arrays.fill(result, TokenType.NORMAL_CODE);
      return result;
    }
  }
}
