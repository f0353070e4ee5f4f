package dev.jacquard.engine.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Token ids against those of llama.cpp, on texts that tokenizers tend to get wrong.
class ReferenceIdsTest {

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "llama-bpe", "dbrx", "qwen2", "refact", "default"})
  void byteLevelIdsAreThoseOfTheReference(String pre) {
    Tokenizer tokenizer = Tokenizers.of(Samples.byteLevel(pre).build());
    assertReferenceIds(tokenizer, "bytelevel." + pre);
  }

  @Test
  void aMissingPreTokenizerMeansTheGenericOne() {
    Tokenizer tokenizer = Tokenizers.of(Samples.byteLevel("").build());
    assertReferenceIds(tokenizer, "bytelevel.default");
  }

  @Test
  void sentencePieceIdsAreThoseOfTheReference() {
    Vocabulary vocabulary = Samples.sentencePiece("sentencepiece").build();
    assertReferenceIds(Tokenizers.of(vocabulary), "sentencepiece.prefix");
  }

  @Test
  void sentencePieceIdsWithoutSpacePrefixAreThoseOfTheReference() {
    Vocabulary vocabulary = Samples.sentencePiece("sentencepiece").addSpacePrefix(false).build();
    assertReferenceIds(Tokenizers.of(vocabulary), "sentencepiece.noprefix");
  }

  @Test
  void phi3LosesTheWhiteSpaceBehindSpecialTokens() {
    Vocabulary vocabulary = Samples.sentencePiece("sentencepiece").modelName("Phi-3-mini").build();
    assertReferenceIds(Tokenizers.of(vocabulary), "sentencepiece.phi3");
  }

  @Test
  void theStoriesModelReadsItsPromptAsLlamaCppDoes() {
    Tokenizer tokenizer = Tokenizers.of(Samples.sentencePiece("stories260K").build());
    int[] expected = {1, 403, 407, 261, 378};
    assertArrayEquals(expected, tokenizer.encode("Once upon a time", true, false));
    assertEquals("Once upon a time", tokenizer.decode(expected, true));
    assertEquals(512, tokenizer.vocabularySize());
  }

  private static void assertReferenceIds(Tokenizer tokenizer, String name) {
    List<String> texts = Samples.texts();
    List<String> lines = Samples.lines(name + ".ids.txt");
    assertTrue(texts.size() >= 300, "the texts are there");
    assertEquals(texts.size(), lines.size());
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      String[] expected = lines.get(i).split("\t", -1);
      String message = name + ", text " + (i + 1) + ": '" + text + "'";
      assertArrayEquals(
          Samples.ids(expected[0]), tokenizer.encode(text, false, false), message + " plain");
      assertArrayEquals(
          Samples.ids(expected[expected.length - 1]),
          tokenizer.encode(text, false, true),
          message + " with special tokens");
    }
  }
}
