package dev.jacquard.engine.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What each id is and which bytes it stands for.
final class TokenTable {
  /// Texts that end a turn in known models; files often fail to name these ids otherwise.
  private static final Set<String> END_TEXTS =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<｜end▁of▁sentence｜>");

  private static final int[] ALPHABET = ByteAlphabet.values();

  private final TokenType[] types;
  private final byte[] bytes;
  private final int[] offsets;
  private final BitSet ends = new BitSet();

  private TokenTable(Vocabulary vocabulary, boolean sentencePiece) {
    int size = vocabulary.tokens().size();
    types = new TokenType[size];
    offsets = new int[size + 1];
    vocabulary.endIds().forEach(ends::set);
    if (vocabulary.eos() >= 0) {
      ends.set(vocabulary.eos());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int id = 0; id < size; id++) {
      String token = vocabulary.tokens().get(id);
      types[id] = TokenType.of(vocabulary.types()[id]);
      if (END_TEXTS.contains(token) && (types[id].isSpecial() || isMarker(token))) {
        // Some files type these as user-defined or even as normal text.
        types[id] = TokenType.CONTROL;
        ends.set(id);
      }
      append(out, token, types[id], sentencePiece);
      offsets[id + 1] = out.size();
    }
    bytes = out.toByteArray();
  }

  /// Whether a spelling is a marker whatever its type, unlike `</s>`, which is also plain HTML and
  /// a normal token in Qwen's vocabulary.
  private static boolean isMarker(String token) {
    return token.startsWith("<|") || token.startsWith("<end_of_");
  }

  static TokenTable ofSentencePiece(Vocabulary vocabulary) {
    return new TokenTable(vocabulary, true);
  }

  static TokenTable ofByteLevel(Vocabulary vocabulary) {
    return new TokenTable(vocabulary, false);
  }

  /// The spelling of a byte token.
  static String byteToken(int value) {
    return String.format(Locale.ROOT, "<0x%02X>", value);
  }

  int size() {
    return types.length;
  }

  TokenType type(int id) {
    requireId(id);
    return types[id];
  }

  /// Ids that end generation, ascending.
  int[] ends() {
    return ends.stream().toArray();
  }

  boolean isEnd(int id) {
    requireId(id);
    return ends.get(id);
  }

  /// The first byte of an id in [#bytes].
  int start(int id, boolean special) {
    requireId(id);
    boolean silent = !special && (types[id] == TokenType.CONTROL || types[id] == TokenType.UNKNOWN);
    return silent ? offsets[id + 1] : offsets[id];
  }

  /// One behind the last byte of an id in [#bytes].
  int end(int id) {
    return offsets[id + 1];
  }

  /// The bytes of all ids; read only.
  byte[] bytes() {
    return bytes;
  }

  private void requireId(int id) {
    if (id < 0 || id >= types.length) {
      throw new IllegalArgumentException(
          "token id " + id + " is not in this vocabulary of " + types.length + " tokens");
    }
  }

  private static void append(
      ByteArrayOutputStream out, String token, TokenType type, boolean sentencePiece) {
    switch (type) {
      case NORMAL -> {
        if (sentencePiece) {
          out.writeBytes(
              token.replace(SentencePieceEncoder.SPACE, ' ').getBytes(StandardCharsets.UTF_8));
        } else {
          appendAlphabet(out, token);
        }
      }
      case BYTE -> out.write(byteValue(token));
      case UNKNOWN, CONTROL, USER_DEFINED -> out.writeBytes(token.getBytes(StandardCharsets.UTF_8));
      case UNUSED, UNDEFINED -> {
        // No text: the model was not trained to write these.
      }
    }
  }

  private static void appendAlphabet(ByteArrayOutputStream out, String token) {
    token
        .codePoints()
        .forEach(c -> {
          if (c < ALPHABET.length && ALPHABET[c] >= 0) {
            out.write(ALPHABET[c]);
          } else {
            out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  private static int byteValue(String token) {
    if (token.length() == 6 && token.startsWith("<0x") && token.endsWith(">")) {
      try {
        return Integer.parseInt(token, 3, 5, 16);
      } catch (NumberFormatException e) {
        throw notByte(token, e);
      }
    }
    throw notByte(token, null);
  }

  private static IllegalArgumentException notByte(String token, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "token '" + token + "' has the type of a byte token but is not spelt like <0x0A>", cause);
  }
}
