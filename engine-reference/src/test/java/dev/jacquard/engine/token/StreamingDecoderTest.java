package dev.jacquard.engine.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamingDecoderTest {
  private static final Tokenizer SPM =
      Tokenizers.of(Samples.sentencePiece("sentencepiece").build());
  private static final Tokenizer BPE = Tokenizers.of(Samples.byteLevel("llama-bpe").build());

  @Test
  void theStreamedTextOfAnyIdsIsTheirDecodedText() {
    for (Tokenizer tokenizer : List.of(SPM, BPE)) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      for (int round = 0; round < 2000; round++) {
        int[] ids = random.ints(random.nextInt(12), 0, tokenizer.vocabularySize()).toArray();
        boolean skip = random.nextBoolean();
        String message = "seed " + seed + "L, round " + round;
        String whole = tokenizer.decode(ids, skip);
        assertEquals(whole, join(tokenizer.streaming(skip), ids, message), message);
        assertEquals(text(tokenizer, ids, skip), join(tokenizer.continuation(skip), ids, message));
      }
    }
  }

  @Test
  void bytesInAnyOrderNeverSplitACharacter() {
    int[] byteIds = new int[256];
    for (int value = 0; value < 256; value++) {
      byteIds[value] = SPM.idOf(TokenTable.byteToken(value));
    }
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 5000; round++) {
      byte[] bytes = Samples.randomText(random, 3).getBytes(StandardCharsets.UTF_8);
      for (int i = random.nextInt(4); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      int[] ids = new int[bytes.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = byteIds[bytes[i] & 0xFF];
      }
      String message = "seed " + seed + "L, round " + round;
      String expected = new String(bytes, StandardCharsets.UTF_8);
      assertEquals(expected, join(SPM.streaming(true), ids, message), message);
    }
  }

  @Test
  void aCharacterAppearsWithItsLastByte() {
    StreamingDecoder decoder = SPM.continuation(true);
    byte[] face = "😀".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3; i++) {
      assertEquals("", decoder.append(SPM.idOf(TokenTable.byteToken(face[i] & 0xFF))));
    }
    assertEquals("😀", decoder.append(SPM.idOf(TokenTable.byteToken(face[3] & 0xFF))));
    assertEquals("", decoder.finish());
  }

  @Test
  void anIncompleteCharacterAtTheEndBecomesAReplacement() {
    StreamingDecoder decoder = SPM.continuation(true);
    assertEquals("", decoder.append(SPM.idOf("<0xF0>")));
    assertEquals("", decoder.append(SPM.idOf("<0x9F>")));
    assertEquals("\uFFFD", decoder.finish());
    assertEquals("", decoder.finish());
    assertThrows(IllegalStateException.class, () -> decoder.append(5));
  }

  @Test
  void aTextLosesTheSpaceThatEncodingPutInFront() {
    int[] ids = SPM.encode("Once upon", true, false);
    assertEquals("Once upon", SPM.decode(ids, true));
    assertEquals("<s> Once upon", SPM.decode(ids, false));
    assertEquals(" Once", SPM.decode(SPM.encode(" Once", false, false), true));
    assertEquals(" a", SPM.decode(new int[] {SPM.idOf("  "), SPM.idOf("a")}, true).substring(1));
  }

  @Test
  void aContinuationKeepsItsSpace() {
    int[] ids = SPM.encode("Once upon", false, false);
    assertEquals(" Once upon", join(SPM.continuation(true), ids, ""));
  }

  @Test
  void controlTokensAreWrittenOnlyIfAskedFor() {
    int[] ids = BPE.encode("<|user|>Hi<|end|>", false, true);
    assertEquals("Hi", BPE.decode(ids, true));
    assertEquals("<|user|>Hi<|end|>", BPE.decode(ids, false));
  }

  @Test
  void anIdOutsideTheVocabularyIsRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> BPE.decode(new int[] {99_999}, true));
    assertEquals(
        "token id 99999 is not in this vocabulary of " + BPE.vocabularySize() + " tokens",
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> BPE.streaming(true).append(-1));
  }

  private static String text(Tokenizer tokenizer, int[] ids, boolean skip) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int id : ids) {
      out.writeBytes(tokenizer.bytes(id, !skip));
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String join(StreamingDecoder decoder, int[] ids, String message) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String piece = decoder.append(id);
      assertFalse(endsInsideCharacter(piece), message);
      text.append(piece);
    }
    return text.append(decoder.finish()).toString();
  }

  private static boolean endsInsideCharacter(String piece) {
    return !piece.isEmpty()
        && (Character.isHighSurrogate(piece.charAt(piece.length() - 1))
            || Character.isLowSurrogate(piece.charAt(0)));
  }
}
