package dev.jacquard.engine.token;

import java.util.Arrays;

/// Byte-level BPE: text is split into words, and the bytes of each merge by rank, best first.
final class ByteLevelEncoder implements TextEncoder {
  private static final char[] ALPHABET = ByteAlphabet.characters();

  private final TokenIndex index;
  private final TokenTable table;
  private final PairMerges merges;
  private final PreTokenizer preTokenizer;
  private final int unknown;
  private final int[] byteIds = new int[256];

  ByteLevelEncoder(Vocabulary vocabulary, TokenTable table, PreTokenizer preTokenizer) {
    if (vocabulary.merges().isEmpty()) {
      throw new IllegalArgumentException(
          "tokenizer.ggml.merges is missing; a vocabulary with tokenizer.ggml.model = 'gpt2' needs"
              + " them");
    }
    this.table = table;
    this.preTokenizer = preTokenizer;
    unknown = vocabulary.unknown();
    index = new TokenIndex(vocabulary.tokens());
    merges = new PairMerges(vocabulary.merges(), table.size(), index);
    for (int value = 0; value < 256; value++) {
      byteIds[value] = merges.idOf(String.valueOf(ALPHABET[value]), index);
    }
  }

  @Override
  public void encode(char[] text, int from, int to, boolean first, IdList out) {
    Words words = new Words(out);
    preTokenizer.split(text, from, to, words::encode);
  }

  /// The working memory of one call.
  private final class Words {
    private final MergeChain chain = new MergeChain();
    private final IdList out;
    private byte[] bytes = new byte[64];
    private char[] spelling = new char[64];
    private int length;

    Words(IdList out) {
      this.out = out;
    }

    void encode(char[] text, int from, int to) {
      toUtf8(text, from, to);
      if (preTokenizer.ignoresMerges()) {
        int id = wholeWord();
        if (id >= 0) {
          out.add(id);
          return;
        }
      }
      chain.clear();
      for (int i = 0; i < length; i++) {
        chain.add(1, byteIds[bytes[i] & 0xFF]);
      }
      chain.merge((c, left, right) -> merges.find(c.id(left), c.id(right)));
      for (int symbol = chain.first(); symbol >= 0; symbol = chain.next(symbol)) {
        if (chain.id(symbol) < table.size()) {
          out.add(chain.id(symbol));
        } else {
          addBytes(chain.start(symbol), chain.end(symbol));
        }
      }
    }

    /// A merge that ended outside the vocabulary is spelt byte by byte; a byte that is no token
    /// either becomes the unknown token, or nothing where there is none (as in llama.cpp).
    private void addBytes(int from, int to) {
      for (int i = from; i < to; i++) {
        int id = byteIds[bytes[i] & 0xFF];
        if (id < table.size()) {
          out.add(id);
        } else if (unknown >= 0) {
          out.add(unknown);
        }
      }
    }

    private int wholeWord() {
      if (spelling.length < length) {
        spelling = new char[bytes.length];
      }
      for (int i = 0; i < length; i++) {
        spelling[i] = ALPHABET[bytes[i] & 0xFF];
      }
      int id = index.find(spelling, 0, length);
      return id >= 0 && table.type(id).isMergeable() ? id : -1;
    }

    private void toUtf8(char[] text, int from, int to) {
      long most = (to - from) * 3L;
      if (bytes.length < most) {
        bytes = Arrays.copyOf(bytes, Math.toIntExact(most));
      }
      length = 0;
      for (int i = from; i < to; i++) {
        int c = text[i];
        if (c < 0x80) {
          bytes[length++] = (byte) c;
        } else if (c < 0x800) {
          bytes[length++] = (byte) (0xC0 | (c >> 6));
          bytes[length++] = (byte) (0x80 | (c & 0x3F));
        } else if (Character.isHighSurrogate(text[i])) {
          int codePoint = Character.toCodePoint(text[i], text[++i]);
          bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
          bytes[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
          bytes[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
          bytes[length++] = (byte) (0x80 | (codePoint & 0x3F));
        } else {
          bytes[length++] = (byte) (0xE0 | (c >> 12));
          bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
          bytes[length++] = (byte) (0x80 | (c & 0x3F));
        }
      }
    }
  }
}
