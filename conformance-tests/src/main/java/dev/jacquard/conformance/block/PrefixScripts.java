package dev.jacquard.conformance.block;

import static dev.jacquard.conformance.block.Script.tokens;
import static dev.jacquard.conformance.block.Script.with;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import java.util.ArrayList;
import java.util.List;

/// Stories of prompts that share a beginning, and of some that only seem to.
final class PrefixScripts {
  private static final SpaceShape POOL = SpaceShape.of(4, 12);

  private PrefixScripts() {}

  static List<Check<ManagerUnderTest>> all() {
    List<Check<ManagerUnderTest>> checks = new ArrayList<>();
    for (int size : new int[] {1, 2, 4}) {
      checks.add(
          Script.of(
              Rule.BSM_4,
              "the last token is computed even if all is cached, blocks of " + size,
              SpaceShape.of(size, 12),
              PrefixScripts::fullyCached,
              "`<=` where `<` is meant: a prompt of whole blocks is matched whole"));
    }
    checks.add(
        Script.of(
            Rule.BSM_5,
            "equal tokens of another scope are not matched",
            POOL,
            PrefixScripts::otherScope,
            "the scope is left out of the root"));
    checks.add(
        Script.of(
            Rule.BSM_5,
            "equal tokens and equal hashes of another scope are not matched",
            POOL.withHashes(0),
            PrefixScripts::otherScope,
            "the hash alone tells scopes apart"));
    checks.add(
        Script.of(
            Rule.BSM_6,
            "other tokens under the same hash are not matched",
            POOL.withHashes(0),
            PrefixScripts::collisions,
            "equal hashes are taken for equal tokens",
            "only the tokens of the last block are compared"));
    checks.add(
        Script.of(
            Rule.BSM_6,
            "tokens that were generated are part of what is compared",
            POOL,
            PrefixScripts::generated,
            "the key is made of the prompt only"));
    checks.add(
        Script.of(
            Rule.BSM_6,
            "equal blocks behind different beginnings are not matched",
            POOL.withHashes(0),
            PrefixScripts::sameBlockElsewhere,
            "a block is looked up by its own tokens, without those before it"));
    checks.add(
        Script.of(
            Rule.BSM_19,
            "peek tells what an admit right after it matches",
            SpaceShape.of(4, 4).withHost(6),
            PrefixScripts::peekTells,
            "blocks of the host tier are not looked for"));
    checks.add(
        Script.of(
            Rule.BSM_29,
            "the longest prefix is matched, in either tier",
            SpaceShape.of(4, 4).withHost(6),
            PrefixScripts::peekTells,
            "blocks of the host tier are not looked for"));
    return checks;
  }

  private static void fullyCached(Script s) {
    int size = s.driver.shape.blockSize();
    s.cache("red", tokens(10, 4 * size));
    for (int length = Math.max(1, 3 * size - 1); length <= 3 * size + 1; length++) {
      Row row = s.row("red", size, tokens(10, length));
      int expected = (length - 1) / size * size;
      int known = length;
      int matched = s.driver.peek(row);
      s.require(
          matched == expected,
          () ->
              "a prompt of "
                  + known
                  + " cached tokens: peek must match "
                  + expected
                  + ", not "
                  + matched);
      s.granted(s.driver.admit(row, length, false));
      s.require(
          row.computed == expected,
          () ->
              "a prompt of "
                  + known
                  + " cached tokens: computedTokens must be "
                  + expected
                  + " after admit, not "
                  + row.computed);
      s.advance(row, length);
      s.release(row);
    }
  }

  private static void otherScope(Script s) {
    s.cache("red", tokens(10, 12));
    Row other = s.row("blue", 4, tokens(10, 13));
    int matched = s.driver.peek(other);
    s.require(
        matched == 0,
        () ->
            "the tokens are cached for scope `red` only, but peek of scope `blue` matched "
                + matched);
    s.granted(s.driver.admit(other, 13, false));
    s.require(
        other.computed == 0,
        () ->
            "the tokens are cached for scope `red` only, but a sequence of scope `blue` got "
                + other.computed
                + " of them");
    s.advance(other, 13);
    s.driver.drain();
  }

  private static void collisions(Script s) {
    int[] prompt = tokens(10, 12);
    s.cache("red", prompt);
    for (int position : new int[] {0, 3, 4, 5, 7, 8, 11}) {
      Row other = s.row("red", 4, java.util.Arrays.copyOf(with(prompt, position, 99), 13));
      int most = position / 4 * 4;
      int matched = s.driver.peek(other);
      s.require(
          matched <= most,
          () ->
              "cached are other tokens from position "
                  + position
                  + " on, under the same hashes, but peek matched "
                  + matched);
      s.granted(s.driver.admit(other, 13, false));
      s.require(
          other.computed <= most,
          () ->
              "cached are other tokens from position "
                  + position
                  + " on, under the same hashes, but admit matched "
                  + other.computed);
      s.release(other);
    }
  }

  private static void generated(Script s) {
    Row row = s.admitted("red", 12, tokens(10, 6));
    s.advance(row, 16);
    int[] said = new int[17];
    for (int i = 0; i < 16; i++) {
      said[i] = row.view.token(i);
    }
    s.release(row);
    Row other = s.row("red", 0, with(said, 9, 98));
    int matched = s.driver.peek(other);
    s.require(
        matched <= 8,
        () -> "position 9 was generated differently, but peek matched " + matched + " tokens");
    s.granted(s.driver.admit(other, 17, false));
    s.require(
        other.computed <= 8,
        () -> "position 9 was generated differently, but admit matched " + other.computed);
  }

  private static void sameBlockElsewhere(Script s) {
    s.cache("red", 1, 2, 3, 4, 7, 7, 7, 7);
    Row other = s.row("red", 0, 4, 3, 2, 1, 7, 7, 7, 7, 5);
    int first = s.driver.peek(other);
    s.require(first == 0, () -> "the beginning is another one, but peek matched " + first);
    s.granted(s.driver.admit(other, 9, false));
    s.advance(other, 8);
    s.release(other);
    Row both = s.row("red", 0, 4, 3, 2, 1, 7, 7, 7, 7, 6);
    s.granted(s.driver.admit(both, 9, false));
    s.driver.drain();
  }

  private static void peekTells(Script s) {
    Row row = s.admitted("red", 4, tokens(10, 12));
    s.advance(row, 12);
    s.granted(s.driver.swapOut(row));
    s.release(row);
    int cached = s.driver.shadow.cached().size();
    Row same = s.row("red", 0, tokens(10, 13));
    int matched = s.driver.peek(same);
    s.require(
        matched == 4 * cached,
        () ->
            "by the events "
                + cached
                + " blocks of the prompt are cached, host tier included;"
                + " peek matched "
                + matched
                + " tokens");
    s.granted(s.driver.admit(same, 13, false));
    s.require(
        same.computed == matched,
        () -> "peek told " + matched + " tokens, admit right after it matched " + same.computed);
  }
}
