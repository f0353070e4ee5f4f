package dev.jacquard.engine.model.config;

import dev.jacquard.engine.model.file.GgufFile;
import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.engine.model.file.SafetensorsFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model's vocabulary and the rules that go with it, as plain values: everything that a tokenizer
/// is built from. Valid after the file is closed.
///
/// @param model `gpt2` (byte-level BPE) or `llama` (SentencePiece with scores and byte tokens)
/// @param preTokenizer for BPE, how text is split first, by GGUF's names (`llama-bpe`, `qwen2`,
///   `gpt-2`, `default`, ...), passed through unchecked from GGUF; for SentencePiece `default`
/// @param tokens the token of each id; for BPE in GPT-2's byte-to-character alphabet
/// @param scores for SentencePiece the score of each id, else empty; not to be modified
/// @param tokenTypes for each id one of the constants below; not to be modified
/// @param merges for BPE "left right", best first
/// @param bosId begin of text, −1 when there is none
/// @param eosId end of text, −1 when there is none
/// @param eotId end of a turn of a chat, −1 when there is none
/// @param unknownId stands for what cannot be encoded, −1 when there is none
/// @param padId padding, −1 when there is none
/// @param endIds all ids at which generation stops, without duplicates
/// @param addBos whether encoding puts `bosId` first
/// @param addEos whether encoding puts `eosId` last
/// @param addSpacePrefix for SentencePiece, whether a space is put before the text
/// @param ignoreMerges whether a word that is a token as a whole is never split
/// @param nfc whether text is put into Unicode normal form C first
/// @param chatTemplate the Jinja template of a chat, or null
@SuppressWarnings("ArrayRecordComponent") // 150,000 entries each, read-only by contract
public record TokenizerSpec(
    String model,
    String preTokenizer,
    List<String> tokens,
    float[] scores,
    int[] tokenTypes,
    List<String> merges,
    int bosId,
    int eosId,
    int eotId,
    int unknownId,
    int padId,
    List<Integer> endIds,
    boolean addBos,
    boolean addEos,
    boolean addSpacePrefix,
    boolean ignoreMerges,
    boolean nfc,
    @Nullable String chatTemplate) {

  /// An ordinary piece of text.
  public static final int NORMAL = 1;

  /// Stands for what cannot be encoded.
  public static final int UNKNOWN = 2;

  /// A marker such as begin of text; never produced from text, not shown.
  public static final int CONTROL = 3;

  /// Added by the model's author: matched in the text before anything else, and shown.
  public static final int USER_DEFINED = 4;

  /// A hole in the numbering.
  public static final int UNUSED = 5;

  /// A single byte, spelled `<0xNN>`, of a SentencePiece vocabulary.
  public static final int BYTE = 6;

  static final int MAX_TOKENS = ModelConfig.MAX_VOCABULARY;

  public TokenizerSpec {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    endIds = List.copyOf(endIds);
  }

  /// Reads the vocabulary of a model from its file.
  ///
  /// @throws dev.jacquard.engine.model.file.ModelFileException when it is missing, damaged or of a
  ///   kind that is not supported
  public static TokenizerSpec read(ModelFile file) {
    return switch (file) {
      case GgufFile gguf -> GgufTokenizer.read(gguf);
      case SafetensorsFile folder -> HuggingFaceTokenizer.read(folder);
    };
  }
}
