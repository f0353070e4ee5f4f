package dev.jacquard.engine.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final Tokenizer SPM =
      Tokenizers.of(Samples.sentencePiece("sentencepiece").build());
  private static final Tokenizer BPE = Tokenizers.of(Samples.byteLevel("gpt-2").build());

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "llama-bpe", "qwen2", "refact", "default"})
  void decodingUndoesByteLevelEncoding(String pre) {
    Tokenizer tokenizer = Tokenizers.of(Samples.byteLevel(pre).build());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      String text = Samples.randomText(random, random.nextInt(30));
      boolean parse = random.nextBoolean();
      assertEquals(
          text,
          tokenizer.decode(tokenizer.encode(text, false, parse), false),
          () -> "seed " + seed + "L");
    }
  }

  @Test
  void decodingUndoesSentencePieceEncoding() {
    Tokenizer tokenizer = Tokenizers.of(Samples.sentencePiece("stories260K").build());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      String text = Samples.randomText(random, random.nextInt(30)).replace('▁', ' ');
      assertEquals(
          text,
          tokenizer.decode(tokenizer.encode(text, true, false), true),
          () -> "seed " + seed + "L");
    }
  }

  @Test
  void textNeverBecomesAControlTokenUnlessAskedFor() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      String text = Samples.randomText(random, 1 + random.nextInt(20)) + "<s></s><unk><|user|>";
      for (Tokenizer tokenizer : List.of(SPM, BPE)) {
        for (int id : tokenizer.encode(text, false, false)) {
          assertFalse(tokenizer.isControl(id), () -> "seed " + seed + "L, text '" + text + "'");
        }
      }
    }
  }

  @Test
  void aVocabularyWhoseMergesSpellAControlTokenDoesNotYieldIt() {
    List<String> tokens = List.of("<unk>", "<s>", "</s>", "<", "s", ">", "<s", "▁");
    Vocabulary vocabulary =
        Vocabulary.builder("llama", "", tokens)
            .scores(new float[] {0, 0, 0, -5, -6, -7, -1, -8})
            .types(new int[] {2, 3, 3, 1, 1, 1, 1, 1})
            .addSpacePrefix(false)
            .build();
    Tokenizer tokenizer = Tokenizers.of(vocabulary);
    assertArrayEquals(new int[] {6, 5}, tokenizer.encode("<s>", false, false));
    assertArrayEquals(new int[] {1}, tokenizer.encode("<s>", false, true));
  }

  @Test
  void tokensMayReachOverWords() {
    List<String> tokens = List.of("<unk>", "<s>", "</s>", "a", "▁", "▁a", "a▁a");
    Vocabulary vocabulary =
        Vocabulary.builder("llama", "", tokens)
            .scores(new float[] {0, 0, 0, -9, -9, -2, -1})
            .types(new int[] {2, 3, 3, 1, 1, 1, 1})
            .addSpacePrefix(false)
            .build();
    assertArrayEquals(new int[] {6, 5}, Tokenizers.of(vocabulary).encode("a a a", false, false));
  }

  @Test
  void equalScoresMergeLeftmostFirst() {
    List<String> tokens = List.of("<unk>", "<s>", "</s>", "a", "aa", "aaa");
    Vocabulary vocabulary =
        Vocabulary.builder("llama", "", tokens)
            .scores(new float[] {0, 0, 0, -9, -1, -1})
            .types(new int[] {2, 3, 3, 1, 1, 1})
            .addSpacePrefix(false)
            .build();
    assertArrayEquals(new int[] {5, 4}, Tokenizers.of(vocabulary).encode("aaaaa", false, false));
  }

  @Test
  void ofSpecialTokensTheLeftmostWinsAndThenTheLongest() {
    List<String> tokens = List.of("a", "b", "ab", "<x", "<xy", "<xyz>", "yq");
    Vocabulary vocabulary =
        Vocabulary.builder("gpt2", "gpt-2", tokens)
            .types(new int[] {1, 1, 1, 4, 4, 4, 4})
            .merges(List.of("a b"))
            .build();
    Tokenizer tokenizer = Tokenizers.of(vocabulary);
    int[] expected = {2, 5, 4, 3, 2, 4};
    assertArrayEquals(expected, tokenizer.encode("ab<xyz><xy<xab<xyq", false, false));
  }

  @Test
  void loneSurrogatesBecomeReplacementCharacters() {
    for (String text : List.of("a\uD83D", "\uDE00a", "a\uD83Da", "\uDE00\uD83D")) {
      String expected = text.replace('\uD83D', '\uFFFD').replace('\uDE00', '\uFFFD');
      for (Tokenizer tokenizer : List.of(SPM, BPE)) {
        assertEquals(expected, tokenizer.decode(tokenizer.encode(text, false, false), true));
      }
    }
  }

  @Test
  void beginAndEndAreAddedWhereTheModelAsksForThem() {
    Vocabulary.Builder both = Samples.byteLevel("gpt-2").bos(0).eos(1).addBos(true).addEos(true);
    Tokenizer tokenizer = Tokenizers.of(both.build());
    assertArrayEquals(new int[] {0, 1}, tokenizer.encode("", true, false));
    assertArrayEquals(new int[] {}, tokenizer.encode("", false, false));
    assertArrayEquals(new int[] {}, BPE.encode("", true, false));
    assertArrayEquals(new int[] {1}, SPM.encode("", true, false));
    assertEquals(0, tokenizer.bos());
    assertEquals(1, tokenizer.eos());
    assertEquals(-1, BPE.bos());
  }

  @Test
  void generationEndsWithTheTokensThatEndTurns() {
    int end = BPE.idOf("<|end|>");
    int endOfText = BPE.idOf("<|endoftext|>");
    assertTrue(BPE.isEndOfGeneration(end));
    assertTrue(BPE.isEndOfGeneration(endOfText));
    assertFalse(BPE.isEndOfGeneration(BPE.idOf("<|user|>")));
    assertArrayEquals(new int[] {endOfText, end}, BPE.endOfGenerationIds());
    Tokenizer named = Tokenizers.of(Samples.byteLevel("gpt-2").eos(2).endId(3).build());
    assertArrayEquals(new int[] {0, 1, 2, 3}, named.endOfGenerationIds());
  }

  @Test
  void aMarkerEndsGenerationWhateverItsTypeButPlainTextDoesNot() {
    List<String> tokens = List.of("a", "b", "ab", "</s>", "<|im_end|>");
    Vocabulary.Builder vocabulary =
        Vocabulary.builder("gpt2", "qwen2", tokens).merges(List.of("a b"));
    Tokenizer allNormal = Tokenizers.of(vocabulary.build());
    assertArrayEquals(new int[] {4}, allNormal.endOfGenerationIds());
    assertFalse(allNormal.isControl(3));
    Tokenizer typed = Tokenizers.of(vocabulary.types(new int[] {1, 1, 1, 3, 3}).build());
    assertArrayEquals(new int[] {3, 4}, typed.endOfGenerationIds());
  }

  @Test
  void tokensAreFoundBySpellingAndGiveTheirBytes() {
    assertEquals(-1, BPE.idOf("no such token"));
    int the = BPE.idOf("Ġthe");
    assertEquals("Ġthe", BPE.piece(the));
    assertArrayEquals(" the".getBytes(StandardCharsets.UTF_8), BPE.bytes(the));
    int end = BPE.idOf("<|end|>");
    assertArrayEquals(new byte[0], BPE.bytes(end));
    assertArrayEquals("<|end|>".getBytes(StandardCharsets.UTF_8), BPE.bytes(end, true));
    assertArrayEquals(new byte[] {(byte) 0xF0}, SPM.bytes(SPM.idOf("<0xF0>")));
    for (int id = 0; id < SPM.vocabularySize(); id++) {
      assertEquals(id, SPM.idOf(SPM.piece(id)));
    }
  }

  @Test
  void everyByteIsATokenOfAByteLevelVocabulary() {
    boolean[] seen = new boolean[256];
    for (int id = 0; id < BPE.vocabularySize(); id++) {
      byte[] bytes = BPE.bytes(id);
      if (bytes.length == 1) {
        seen[bytes[0] & 0xFF] = true;
      }
    }
    boolean[] all = new boolean[256];
    Arrays.fill(all, true);
    assertArrayEquals(all, seen);
  }
}
