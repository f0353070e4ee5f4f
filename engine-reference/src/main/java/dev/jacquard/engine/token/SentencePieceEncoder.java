package dev.jacquard.engine.token;

import java.util.Arrays;
import java.util.Locale;

/// SentencePiece's BPE by scores, with the semantics of llama.cpp's `llm_tokenizer_spm`.
///
/// Spaces become U+2581. Neighbouring characters merge into tokens, highest score first, ties
/// leftmost; a character that is no token falls back to its UTF-8 bytes.
final class SentencePieceEncoder implements TextEncoder {
  /// The character that stands for a space in a vocabulary.
  static final char SPACE = '\u2581';

  private final TokenIndex index;
  private final boolean spacePrefix;

  /// For each id the place of its score in the order of scores, best first; -1 if text never merges
  /// into the id.
  private final int[] priorities;

  /// Whether no token reaches over the beginning of a word. Then nothing merges there, and words
  /// can be encoded one by one with the same result: in a small, fast part of memory.
  private final boolean cutsWords;

  /// The id for each byte value, or that for unknown text.
  private final int[] byteIds = new int[256];

  SentencePieceEncoder(Vocabulary vocabulary, TokenTable table) {
    if (vocabulary.scores().length == 0) {
      throw new IllegalArgumentException(
          "tokenizer.ggml.scores is missing; a vocabulary with tokenizer.ggml.model = 'llama'"
              + " needs them");
    }
    index = new TokenIndex(vocabulary.tokens());
    spacePrefix = vocabulary.addSpacePrefix();
    priorities = priorities(vocabulary.scores(), table);
    cutsWords = vocabulary.tokens().stream().noneMatch(SentencePieceEncoder::spansWords);
    for (int value = 0; value < 256; value++) {
      int id = index.find(TokenTable.byteToken(value));
      byteIds[value] = id >= 0 ? id : vocabulary.unknown();
      if (byteIds[value] < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the vocabulary has no byte token %s and no tokenizer.ggml.unknown_token_id, so"
                    + " some text could not be encoded",
                TokenTable.byteToken(value)));
      }
    }
  }

  @Override
  public void encode(char[] text, int from, int to, boolean first, IdList out) {
    char[] escaped = escape(text, from, to, first && spacePrefix);
    MergeChain chain = new MergeChain();
    for (int word = 0; word < escaped.length; ) {
      int end = cutsWords ? wordEnd(escaped, word) : escaped.length;
      encodeWord(escaped, word, end, chain, out);
      word = end;
    }
  }

  private void encodeWord(char[] text, int from, int to, MergeChain chain, IdList out) {
    chain.clear();
    for (int i = from; i < to; ) {
      int width = Character.charCount(Character.codePointAt(text, i, to));
      chain.add(width, mergeable(index.find(text, i, i + width)));
      i += width;
    }
    chain.merge((c, left, right) -> candidate(text, from + c.start(left), from + c.end(right)));
    for (int symbol = chain.first(); symbol >= 0; symbol = chain.next(symbol)) {
      if (chain.id(symbol) >= 0) {
        out.add(chain.id(symbol));
      } else {
        addBytes(Character.codePointAt(text, from + chain.start(symbol), to), out);
      }
    }
  }

  /// The next place where a space follows something else.
  private static int wordEnd(char[] text, int from) {
    int end = from + 1;
    while (end < text.length && !beginsWord(text[end - 1], text[end])) {
      end++;
    }
    return end;
  }

  private static boolean beginsWord(char before, char c) {
    return c == SPACE && before != SPACE;
  }

  private static boolean spansWords(String token) {
    for (int i = 1; i < token.length(); i++) {
      if (beginsWord(token.charAt(i - 1), token.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private long candidate(char[] text, int from, int to) {
    int id = mergeable(index.find(text, from, to));
    return id < 0 ? -1 : ((long) priorities[id] << 32) | id;
  }

  private int mergeable(int id) {
    return id >= 0 && priorities[id] >= 0 ? id : -1;
  }

  private static char[] escape(char[] text, int from, int to, boolean prefix) {
    int shift = prefix ? 1 : 0;
    char[] result = new char[to - from + shift];
    if (prefix) {
      result[0] = SPACE;
    }
    for (int i = from; i < to; i++) {
      result[i - from + shift] = text[i] == ' ' ? SPACE : text[i];
    }
    return result;
  }

  private void addBytes(int codePoint, IdList out) {
    if (codePoint < 0x80) {
      out.add(byteIds[codePoint]);
      return;
    }
    int following = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
    int lead = (0xFF00 >> (following + 1)) & 0xFF;
    out.add(byteIds[lead | (codePoint >> (6 * following))]);
    for (int i = following - 1; i >= 0; i--) {
      out.add(byteIds[0x80 | ((codePoint >> (6 * i)) & 0x3F)]);
    }
  }

  private static int[] priorities(float[] scores, TokenTable table) {
    float[] order = new float[scores.length];
    for (int id = 0; id < order.length; id++) {
      order[id] = -scores[id] + 0.0f; // no negative zero, which sorts before zero
    }
    float[] sorted = order.clone();
    Arrays.sort(sorted);
    int[] result = new int[order.length];
    int[] rank = new int[order.length];
    for (int i = 1; i < rank.length; i++) {
      rank[i] = sorted[i] == sorted[i - 1] ? rank[i - 1] : i;
    }
    for (int id = 0; id < order.length; id++) {
      result[id] = table.type(id).isMergeable() ? rank[Arrays.binarySearch(sorted, order[id])] : -1;
    }
    return result;
  }
}
