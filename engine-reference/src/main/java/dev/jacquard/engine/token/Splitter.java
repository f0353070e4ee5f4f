package dev.jacquard.engine.token;

import java.util.function.IntPredicate;

/// One rule that cuts text into pieces, left to right and without looking back.
///
/// Each stands for a regular expression but is written out as a scanner: that is linear in time,
/// constant in stack whatever the input, and several times faster than `java.util.regex`.
@FunctionalInterface
interface Splitter {

  /// The end of the piece that begins at `from` in `text[from, to)`; greater than `from`.
  int end(char[] text, int from, int to);

  /// Isolates runs of at most `most` code points of a kind, and what lies between them.
  static Splitter runs(IntPredicate kind, int most) {
    return (text, from, to) -> {
      boolean inside = kind.test(Character.codePointAt(text, from, to));
      int end = from;
      for (int count = 0; end < to && !(inside && count == most); count++) {
        int codePoint = Character.codePointAt(text, end, to);
        if (kind.test(codePoint) != inside) {
          break;
        }
        end += Character.charCount(codePoint);
      }
      return end;
    };
  }

  /// Isolates every three ASCII digits in a row, and what lies between: `[0-9][0-9][0-9]`.
  static Splitter asciiTriples() {
    return (text, from, to) -> {
      int end = from;
      while (end < to && !isTriple(text, end, to)) {
        end++;
      }
      return end == from ? from + 3 : end;
    };
  }

  private static boolean isTriple(char[] text, int at, int to) {
    return at + 3 <= to && isDigit(text[at]) && isDigit(text[at + 1]) && isDigit(text[at + 2]);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
