package dev.jacquard.engine.token;

/// Cuts text into words, numbers, punctuation and white space, each with what leads it.
///
/// @param gpt2 GPT-2's expression `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+|
///   ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`; else Llama 3's and Qwen2's `(?i:'s|'t|'re|'ve|'m|'ll|'d)|
///   [^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
/// @param digits how many digits a piece of the latter holds at most
record WordSplitter(boolean gpt2, int digits) implements Splitter {

  @Override
  public int end(char[] text, int from, int to) {
    int first = Character.codePointAt(text, from, to);
    int second = from + Character.charCount(first);
    if (first == '\'') {
      int suffix = contraction(text, second, to);
      if (suffix > 0) {
        return second + suffix;
      }
    }
    int lead = first == ' ' && second < to ? second : from;
    CharacterClass leading = classAt(text, lead, to);
    if (gpt2) {
      return leading == CharacterClass.SPACE
          ? spaces(text, from, to)
          : run(leading, text, lead, to, Integer.MAX_VALUE);
    }
    CharacterClass own = lead == from ? leading : CharacterClass.of(first);
    if (own == CharacterClass.LETTER) {
      return run(CharacterClass.LETTER, text, from, to, Integer.MAX_VALUE);
    }
    if (own == CharacterClass.NUMBER) {
      return run(CharacterClass.NUMBER, text, from, to, digits);
    }
    if (!isNewline(first) && second < to && classAt(text, second, to) == CharacterClass.LETTER) {
      return run(CharacterClass.LETTER, text, second, to, Integer.MAX_VALUE);
    }
    if (leading == CharacterClass.OTHER) {
      int end = run(CharacterClass.OTHER, text, lead, to, Integer.MAX_VALUE);
      while (end < to && isNewline(text[end])) {
        end++;
      }
      return end;
    }
    return spaces(text, from, to);
  }

  /// White space up to the last newline of the run, else all but the last, which leads a word.
  private int spaces(char[] text, int from, int to) {
    int end = from;
    int afterNewline = -1;
    while (end < to && classAt(text, end, to) == CharacterClass.SPACE) {
      end++;
      if (isNewline(text[end - 1])) {
        afterNewline = end;
      }
    }
    if (!gpt2 && afterNewline > 0) {
      return afterNewline;
    }
    return end < to && end - from > 1 ? end - 1 : end;
  }

  private int contraction(char[] text, int at, int to) {
    if (at >= to) {
      return 0;
    }
    char first = letter(text[at]);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return 1;
    }
    char second = at + 1 < to ? letter(text[at + 1]) : 0;
    boolean two =
        (first == 'r' && second == 'e')
            || (first == 'v' && second == 'e')
            || (first == 'l' && second == 'l');
    return two ? 2 : 0;
  }

  private char letter(char c) {
    return !gpt2 && c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
  }

  private static int run(CharacterClass kind, char[] text, int from, int to, int most) {
    int end = from;
    for (int count = 0; end < to && count < most; count++) {
      int codePoint = Character.codePointAt(text, end, to);
      if (CharacterClass.of(codePoint) != kind) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    return end;
  }

  private static CharacterClass classAt(char[] text, int at, int to) {
    return CharacterClass.of(Character.codePointAt(text, at, to));
  }

  private static boolean isNewline(int c) {
    return c == '\n' || c == '\r';
  }
}
