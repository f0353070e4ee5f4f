package dev.jacquard.engine.model.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A generated vocabulary of an exact size that any text can be encoded with.
///
/// @param specials ids from here on are control tokens (byte-level only)
public record SyntheticVocabulary(
    List<String> tokens, List<Integer> types, List<String> merges, int specials) {

  /// Control tokens that a byte-level vocabulary ends with.
  public static final List<String> SPECIALS =
      List.of(
          "<|begin_of_text|>",
          "<|end_of_text|>",
          "<|start_header_id|>",
          "<|end_header_id|>",
          "<|eot_id|>",
          "<|im_start|>",
          "<|im_end|>",
          "<|endoftext|>");

  private static final String LETTERS = "etaoinshrdlcumwfgypbvkjxqz";

  /// GPT-2's alphabet of 256 bytes, then merges of frequent letters, then [#SPECIALS].
  ///
  /// @param size at least 264
  public static SyntheticVocabulary byteLevel(int size) {
    int room = size - SPECIALS.size();
    List<String> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(byteCharacter(b));
    }
    if (room < tokens.size()) {
      throw new IllegalArgumentException("a byte-level vocabulary has at least 264 tokens");
    }
    List<String> merges = new ArrayList<>();
    grow(tokens, merges, byteCharacter(' '), room);
    List<Integer> types = new ArrayList<>();
    tokens.forEach(t -> types.add(TokenizerSpec.NORMAL));
    int specials = tokens.size();
    tokens.addAll(SPECIALS);
    SPECIALS.forEach(t -> types.add(TokenizerSpec.CONTROL));
    return new SyntheticVocabulary(tokens, types, merges, specials);
  }

  /// `<unk>`, `<s>`, `</s>`, 256 byte tokens, then pieces that merge, with falling scores.
  ///
  /// @param size at least 320
  public static SyntheticVocabulary sentencePiece(int size) {
    if (size < 320) {
      throw new IllegalArgumentException("a SentencePiece vocabulary has at least 320 tokens");
    }
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    List<Integer> types =
        new ArrayList<>(
            List.of(TokenizerSpec.UNKNOWN, TokenizerSpec.CONTROL, TokenizerSpec.CONTROL));
    for (int b = 0; b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
      types.add(TokenizerSpec.BYTE);
    }
    tokens.add("▁");
    LETTERS.chars().forEach(c -> tokens.add(Character.toString(c)));
    ".,!?'-0123456789".chars().forEach(c -> tokens.add(Character.toString(c)));
    grow(tokens, new ArrayList<>(), "▁", size);
    while (types.size() < tokens.size()) {
      types.add(TokenizerSpec.NORMAL);
    }
    return new SyntheticVocabulary(tokens, types, List.of(), tokens.size());
  }

  /// Scores as a SentencePiece model has them: zero for what does not merge, then falling.
  float[] scores() {
    float[] scores = new float[tokens.size()];
    for (int i = 259; i < scores.length; i++) {
      scores[i] = 259 - i;
    }
    return scores;
  }

  private static void grow(List<String> tokens, List<String> merges, String space, int size) {
    Set<String> have = new HashSet<>(tokens);
    List<String> left = new ArrayList<>(List.of(space));
    LETTERS.chars().forEach(c -> left.add(Character.toString(c)));
    for (int i = 0; i < left.size() && tokens.size() < size; i++) {
      for (int j = 0; j < LETTERS.length() && tokens.size() < size; j++) {
        String right = LETTERS.substring(j, j + 1);
        String merged = left.get(i) + right;
        if (have.add(merged)) {
          tokens.add(merged);
          merges.add(left.get(i) + " " + right);
          left.add(merged);
        }
      }
    }
  }

  /// The character by which GPT-2's byte-level BPE writes a byte.
  public static String byteCharacter(int b) {
    int shifted = 256;
    for (int c = 0; c < 256; c++) {
      boolean printable = (c > 32 && c < 127) || (c > 160 && c != 173);
      if (c == b) {
        return Character.toString(printable ? c : shifted);
      }
      if (!printable) {
        shifted++;
      }
    }
    throw new IllegalArgumentException("not a byte: " + b);
  }
}
