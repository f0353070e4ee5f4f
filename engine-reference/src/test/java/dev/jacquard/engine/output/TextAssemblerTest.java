package dev.jacquard.engine.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.jacquard.engine.model.DemoModel;
import dev.jacquard.engine.model.LoadedModel;
import dev.jacquard.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TextAssemblerTest {
  private static LoadedModel model;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    model = DemoModel.open();
    tokenizer = model.tokenizer();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static TextAssembler assembler(boolean include, int minTokens, String... stops) {
    return new TextAssembler(tokenizer.continuation(true), List.of(stops), include, minTokens);
  }

  /// One token a character, whatever the vocabulary merges.
  private static int[] letters(String text) {
    int[] ids = new int[text.length()];
    for (int i = 0; i < ids.length; i++) {
      int[] one = tokenizer.encode(text.substring(i, i + 1), false, false);
      assertEquals(1, one.length);
      ids[i] = one[0];
    }
    return ids;
  }

  /// What comes out at each token, `|` between.
  private static String pieces(TextAssembler assembler, String text) {
    StringBuilder out = new StringBuilder();
    for (int id : letters(text)) {
      out.append(assembler.append(id)).append('|');
      if (assembler.stop() != null) {
        return out.toString();
      }
    }
    return out.append(assembler.finish()).toString();
  }

  @Test
  void withoutStopStringsTextComesAtOnce() {
    assertEquals("a|b|c|", pieces(assembler(false, 0), "abc"));
  }

  @Test
  void whatMayBecomeAStopStringIsHeldBackUntilItIsKnown() {
    assertEquals("a|||bc|b||bc", pieces(assembler(false, 0, "bcd"), "abcbbc"));
  }

  @Test
  void aStopStringIsCutOffOrKept() {
    TextAssembler cut = assembler(false, 0, "zz", "bcd");
    assertEquals("a||||", pieces(cut, "abcde"));
    assertEquals("bcd", cut.stop());
    TextAssembler kept = assembler(true, 0, "bcd");
    assertEquals("a|||bcd|", pieces(kept, "abcde"));
    assertEquals("", kept.finish(), "nothing comes after a stop");
  }

  @Test
  void theFirstOfSeveralEnds() {
    TextAssembler assembler = assembler(false, 0, "xyz", "y");
    pieces(assembler, "axyz");
    assertEquals("y", assembler.stop());
  }

  @Test
  void beforeTheLeastTokensNothingStopsTheAnswer() {
    TextAssembler assembler = assembler(false, 4, "b");
    assertEquals("a|b|c||", pieces(assembler, "abcbd"));
    assertEquals("b", assembler.stop());
    TextAssembler never = assembler(false, 9, "b");
    assertEquals("a|b|c|b|", pieces(never, "abcb"));
    assertNull(never.stop());
  }

  @Test
  void charactersOfSeveralTokensComeWhole() {
    TextAssembler assembler = assembler(false, 0, "☂!");
    StringBuilder out = new StringBuilder();
    int[] ids = tokenizer.encode("é☂x𝄞", false, false);
    for (int id : ids) {
      String piece = assembler.append(id);
      assertEquals(
          piece, new String(piece.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
      assertEquals(-1, piece.indexOf('\uFFFD'), "no half characters");
      out.append(piece);
    }
    assertEquals("é☂x𝄞", out.append(assembler.finish()).toString());
  }
}
