package dev.jacquard.engine.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The scanners against the regular expressions that they stand for.
class PreTokenizerTest {
  private static final String S =
      "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  private static final Pattern GPT2 =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^_\\p{L}\\p{N}]+|[_]+(?![^_])|[_]+"
              .replace("_", S));

  private static Pattern words(String digits) {
    return Pattern.compile(
        ("(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
                + digits
                + "| ?[^_\\p{L}\\p{N}]+[\\r\\n]*|[_]*[\\r\\n]+|[_]+(?![^_])|[_]+")
            .replace("_", S));
  }

  private static List<Pattern> stages(String name) {
    return switch (name) {
      case "gpt-2" -> List.of(GPT2);
      case "llama-bpe", "dbrx" -> List.of(words("\\p{N}{1,3}"));
      case "qwen2" -> List.of(words("\\p{N}"));
      case "smollm" -> List.of(Pattern.compile("\\p{N}"), GPT2);
      default ->
          List.of(
              Pattern.compile("[\\p{P}$+<=>^~|]+"),
              GPT2,
              Pattern.compile("\\p{N}+"),
              Pattern.compile("[0-9][0-9][0-9]"));
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "llama-bpe", "dbrx", "qwen2", "smollm", "default"})
  void randomTextsAreCutWhereTheExpressionsCutThem(String name) {
    PreTokenizer preTokenizer = PreTokenizer.named(name);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      String text = Samples.randomText(random, 1 + random.nextInt(14));
      assertEquals(
          reference(stages(name), text),
          words(preTokenizer, text),
          () -> "seed " + seed + "L, text '" + text + "'");
    }
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThatAreKnown() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PreTokenizer.named("tekken"));
    assertTrue(e.getMessage().contains("tokenizer.ggml.pre = 'tekken'"), e.getMessage());
    assertTrue(e.getMessage().contains("llama-bpe, llama-v3, llama3"), e.getMessage());
  }

  private static List<String> words(PreTokenizer preTokenizer, String text) {
    List<String> words = new ArrayList<>();
    preTokenizer.split(
        text.toCharArray(),
        0,
        text.length(),
        (characters, from, to) -> words.add(new String(characters, from, to - from)));
    return words;
  }

  /// Each expression cuts the pieces of the one before it; what it does not match is a piece too.
  private static List<String> reference(List<Pattern> stages, String text) {
    List<String> pieces = List.of(text);
    for (Pattern stage : stages) {
      List<String> next = new ArrayList<>();
      for (String piece : pieces) {
        Matcher matcher = stage.matcher(piece);
        int at = 0;
        while (matcher.find()) {
          if (matcher.start() > at) {
            next.add(piece.substring(at, matcher.start()));
          }
          next.add(matcher.group());
          at = matcher.end();
        }
        if (at < piece.length()) {
          next.add(piece.substring(at));
        }
      }
      pieces = next;
    }
    return pieces;
  }
}
