package dev.jacquard.host;

import java.util.Collection;
import java.util.Optional;

/// Finds what somebody probably meant to type.
public final class NearestName {
  private NearestName() {}

  /// The known name nearest to `typed`, if it is near enough to be a typing error: at most a third of its characters wrong. Equal distances: the first by name.
  public static Optional<String> of(String typed, Collection<String> known) {
    int allowed = Math.max(1, typed.length() / 3);
    String nearest = null;
    int best = allowed + 1;
    for (String name : known.stream().sorted().toList()) {
      int distance = distance(typed, name, best);
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /// `" Did you mean 'x'?"`, or nothing when no known name is near; to be appended to a sentence.
  public static String hint(String typed, Collection<String> known) {
    return of(typed, known).map(name -> " Did you mean '" + name + "'?").orElse("");
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that make `a` of `b`; `limit` or more when there are that many (optimal string alignment).
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) >= limit) {
      return limit;
    }
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(last[j - 1] + change, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
