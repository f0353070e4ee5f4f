package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import java.util.Map;

/// Whether what a manager matched is what its events say is cached, and whose it is if it is not.
final class MatchJudge {
  private final SpaceShape shape;
  private final Map<Integer, Row> rows;
  private final Verdict verdict;

  MatchJudge(SpaceShape shape, Map<Integer, Row> rows, Verdict verdict) {
    this.shape = shape;
    this.rows = rows;
    this.verdict = verdict;
  }

  /// Judges how much of `row` is cached, given the picture of the cache at that time.
  void judge(String call, Row row, int matched, Map<Integer, CacheShadow.Cached> cached) {
    int size = shape.blockSize();
    verdict.require(
        Rule.BSM_4,
        matched >= 0 && matched % size == 0 && matched < row.view.length(),
        () ->
            call
                + " matched "
                + matched
                + " tokens: it must be a multiple of the block size "
                + size
                + ", strictly below length() "
                + row.view.length());
    verdict.require(
        Rule.BSM_3,
        shape.sharing() || matched == 0,
        () -> call + " matched " + matched + " tokens although prefix sharing is off");
    int longest = 0;
    while (longest + size < row.view.length() && caches(cached, row, longest + size)) {
      longest += size;
    }
    int most = longest;
    if (matched > longest && matched < row.view.length()) {
      Rule rule = whyTooLong(row, most + size, cached);
      verdict.require(
          rule,
          false,
          () ->
              call
                  + " matched "
                  + matched
                  + " tokens, but of its prefix only "
                  + most
                  + " are cached"
                  + (rule == Rule.BSM_5
                      ? "; the rest is cached for another cache scope"
                      : rule == Rule.BSM_3
                          ? "; the rest is not committed yet"
                          : "; the rest belongs to other tokens"));
    }
    verdict.require(
        Rule.BSM_29,
        matched >= longest,
        () -> call + " matched " + matched + " tokens, cached are " + most);
  }

  private Rule whyTooLong(Row row, int end, Map<Integer, CacheShadow.Cached> cached) {
    long tokens = row.tokensUpTo(end - 1);
    for (CacheShadow.Cached content : cached.values()) {
      if (content.tokensKey() == tokens) {
        return Rule.BSM_5;
      }
    }
    for (Row other : rows.values()) {
      if (other != row
          && other.scope.equals(row.scope)
          && other.computable() >= end
          && other.tokensUpTo(end - 1) == tokens) {
        return Rule.BSM_3;
      }
    }
    return Rule.BSM_6;
  }

  private boolean caches(Map<Integer, CacheShadow.Cached> cached, Row row, int end) {
    long key = row.kv(end - 1);
    for (CacheShadow.Cached content : cached.values()) {
      if (content.key() == key) {
        return true;
      }
    }
    return false;
  }
}
