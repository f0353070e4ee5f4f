package dev.jacquard.engine.token;

import dev.jacquard.engine.token.SpecialTokens.Match;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A tokenizer: special tokens are cut out of the text, the rest goes to a [TextEncoder].
final class VocabularyTokenizer implements Tokenizer {
  /// Phi-3's special tokens that keep the white space behind them.
  private static final Set<String> PHI3_KEEPS = Set.of("<unk>", "<s>", "<|endoftext|>");

  private final Vocabulary vocabulary;
  private final TokenTable table;
  private final TokenIndex index;
  private final TextEncoder encoder;
  private final SpecialTokens userDefined = new SpecialTokens();
  private final SpecialTokens allSpecial = new SpecialTokens();
  private final boolean stripsPrefix;
  private final boolean phi3;

  VocabularyTokenizer(Vocabulary vocabulary, TokenTable table, TextEncoder encoder) {
    this.vocabulary = vocabulary;
    this.table = table;
    this.encoder = encoder;
    index = new TokenIndex(vocabulary.tokens());
    stripsPrefix = vocabulary.model().equals("llama") && vocabulary.addSpacePrefix();
    String name = vocabulary.modelName().toLowerCase(Locale.ROOT);
    phi3 = name.contains("phi-3") || name.contains("phi3");
    List<String> tokens = vocabulary.tokens();
    for (int id = 0; id < tokens.size(); id++) {
      if (table.type(id).isSpecial()) {
        allSpecial.add(tokens.get(id), id);
      }
      if (table.type(id) == TokenType.USER_DEFINED) {
        userDefined.add(tokens.get(id), id);
      }
    }
  }

  @Override
  public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    IdList out = new IdList();
    if (addSpecial && vocabulary.addBos()) {
      out.add(vocabulary.bos());
    }
    char[] characters = wellFormed(text);
    SpecialTokens special = parseSpecial ? allSpecial : userDefined;
    boolean first = true;
    int at = 0;
    while (at < characters.length) {
      Match match = special.find(characters, at);
      int end = match == null ? characters.length : match.from();
      if (at < end) {
        encoder.encode(characters, at, end, first, out);
      }
      if (match == null) {
        break;
      }
      out.add(match.id());
      first = true;
      at = behind(match, characters);
    }
    if (addSpecial && vocabulary.addEos()) {
      out.add(vocabulary.eos());
    }
    return out.toArray();
  }

  @Override
  public String decode(int[] ids, boolean skipSpecial) {
    StreamingDecoder decoder = streaming(skipSpecial);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.append(id));
    }
    return text.append(decoder.finish()).toString();
  }

  @Override
  public StreamingDecoder streaming(boolean skipSpecial) {
    return new StreamingDecoder(table, skipSpecial, stripsPrefix);
  }

  @Override
  public StreamingDecoder continuation(boolean skipSpecial) {
    return new StreamingDecoder(table, skipSpecial, false);
  }

  @Override
  public int vocabularySize() {
    return table.size();
  }

  @Override
  public int bos() {
    return vocabulary.bos();
  }

  @Override
  public int eos() {
    return vocabulary.eos();
  }

  @Override
  public boolean isEndOfGeneration(int id) {
    return table.isEnd(id);
  }

  @Override
  public int[] endOfGenerationIds() {
    return table.ends();
  }

  @Override
  public boolean isControl(int id) {
    return table.type(id) == TokenType.CONTROL;
  }

  @Override
  public byte[] bytes(int id) {
    return bytes(id, false);
  }

  @Override
  public byte[] bytes(int id, boolean special) {
    return Arrays.copyOfRange(table.bytes(), table.start(id, special), table.end(id));
  }

  @Override
  public String piece(int id) {
    table.type(id); // refuses an id outside
    return vocabulary.tokens().get(id);
  }

  @Override
  public int idOf(String piece) {
    return index.find(piece);
  }

  /// Phi-3 was trained with the white space behind special tokens removed; as in llama.cpp.
  private int behind(Match match, char[] text) {
    int at = match.to();
    if (phi3 && !PHI3_KEEPS.contains(vocabulary.tokens().get(match.id()))) {
      while (at < text.length && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) {
        at++;
      }
    }
    return at;
  }

  private static char[] wellFormed(String text) {
    char[] result = text.toCharArray();
    for (int i = 0; i < result.length; i++) {
      if (!Character.isSurrogate(result[i])) {
        continue;
      }
      if (Character.isHighSurrogate(result[i])
          && i + 1 < result.length
          && Character.isLowSurrogate(result[i + 1])) {
        i++;
      } else {
        result[i] = '\uFFFD';
      }
    }
    return result;
  }
}
