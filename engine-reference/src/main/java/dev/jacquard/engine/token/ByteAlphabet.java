package dev.jacquard.engine.token;

import java.util.Arrays;

/// GPT-2's alphabet: a printable character for each of the 256 byte values.
///
/// Bytes that print in Latin-1 stand for themselves; the others, in order, are U+0100 onwards.
final class ByteAlphabet {
  private static final int LAST = 0x143;

  private ByteAlphabet() {}

  /// The character for each byte value, a new array.
  static char[] characters() {
    char[] result = new char[256];
    char next = 0x100;
    for (int value = 0; value < 256; value++) {
      boolean prints =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      result[value] = prints ? (char) value : next++;
    }
    return result;
  }

  /// The byte value for each character, -1 where a character is not in the alphabet; a new array.
  static int[] values() {
    int[] result = new int[LAST + 1];
    Arrays.fill(result, -1);
    char[] characters = characters();
    for (int value = 0; value < 256; value++) {
      result[characters[value]] = value;
    }
    return result;
  }
}
