package dev.jacquard.engine.token;

import java.util.Arrays;
import java.util.List;

/// Finds a token by its spelling, given as a range of characters, without making strings.
final class TokenIndex {
  private final char[] characters;
  private final int[] offsets;
  private final int[] table;
  private final int longest;

  /// @throws IllegalArgumentException if a token occurs twice
  TokenIndex(List<String> tokens) {
    int count = tokens.size();
    offsets = new int[count + 1];
    int max = 0;
    for (int id = 0; id < count; id++) {
      int length = tokens.get(id).length();
      offsets[id + 1] = offsets[id] + length;
      max = Math.max(max, length);
    }
    longest = max;
    characters = new char[offsets[count]];
    table = new int[Integer.highestOneBit(Math.max(count, 8)) * 4];
    Arrays.fill(table, -1);
    for (int id = 0; id < count; id++) {
      String token = tokens.get(id);
      token.getChars(0, token.length(), characters, offsets[id]);
      int slot = slot(characters, offsets[id], offsets[id + 1]);
      if (table[slot] >= 0) {
        throw new IllegalArgumentException(
            "tokenizer.ggml.tokens has '" + token + "' twice, as " + table[slot] + " and " + id);
      }
      table[slot] = id;
    }
  }

  /// The id of the token spelt `text[from, to)`, or -1.
  int find(char[] text, int from, int to) {
    return to - from > longest ? -1 : table[slot(text, from, to)];
  }

  int find(String token) {
    return find(token.toCharArray(), 0, token.length());
  }

  private int slot(char[] text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + text[i];
    }
    hash *= 0x9E3779B9;
    int slot = (hash ^ (hash >>> 15)) & (table.length - 1);
    while (table[slot] >= 0) {
      int id = table[slot];
      if (Arrays.equals(text, from, to, characters, offsets[id], offsets[id + 1])) {
        return slot;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }
}
