package dev.jacquard.engine.token;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the texts of special tokens in a text: a trie over characters, leftmost longest match.
final class SpecialTokens {

  /// A found token: its id and where it lies in the text.
  record Match(int id, int from, int to) {}

  private static final int ROOT = 0;

  private final Map<Long, Integer> edges = new HashMap<>();
  private final boolean[] firsts = new boolean[1 << Character.SIZE];
  private int[] ids = {-1};
  private int nodes = 1;

  void add(String token, int id) {
    firsts[token.charAt(0)] = true;
    int node = ROOT;
    for (int i = 0; i < token.length(); i++) {
      node = edges.computeIfAbsent(edge(node, token.charAt(i)), key -> nodes++);
    }
    if (node >= ids.length) {
      int old = ids.length;
      ids = Arrays.copyOf(ids, Math.max(old * 2, node + 1));
      Arrays.fill(ids, old, ids.length, -1);
    }
    ids[node] = id;
  }

  /// The first special token at or behind `from`, or null.
  @Nullable Match find(char[] text, int from) {
    for (int start = from; start < text.length; start++) {
      if (firsts[text[start]]) {
        Match match = longestAt(text, start);
        if (match != null) {
          return match;
        }
      }
    }
    return null;
  }

  private @Nullable Match longestAt(char[] text, int start) {
    Match longest = null;
    int node = ROOT;
    for (int i = start; i < text.length; i++) {
      Integer next = edges.get(edge(node, text[i]));
      if (next == null) {
        break;
      }
      node = next;
      if (node < ids.length && ids[node] >= 0) {
        longest = new Match(ids[node], start, i + 1);
      }
    }
    return longest;
  }

  private static long edge(int node, char c) {
    return ((long) node << Character.SIZE) | c;
  }
}
