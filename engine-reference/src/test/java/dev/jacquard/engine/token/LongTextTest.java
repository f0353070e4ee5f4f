package dev.jacquard.engine.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A megabyte without a place to cut it must not exhaust the stack or take quadratic time.
class LongTextTest {
  private static final int LENGTH = 1 << 20;
  private static final int SMALL_STACK = 256 << 10;

  private static final List<Tokenizer> TOKENIZERS =
      List.of(
          Tokenizers.of(Samples.byteLevel("llama-bpe").build()),
          Tokenizers.of(Samples.byteLevel("default").build()),
          Tokenizers.of(Samples.sentencePiece("sentencepiece").build()));

  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "7", "世", "<|"})
  @Timeout(60) // quadratic time would be hours
  void aMegabyteOfOneThingIsEncodedOnASmallStack(String unit) throws InterruptedException {
    String text = unit.repeat(LENGTH / unit.length());
    for (Tokenizer tokenizer : TOKENIZERS) {
      roundTripOnSmallStack(tokenizer, text);
    }
  }

  private static void roundTripOnSmallStack(Tokenizer tokenizer, String text)
      throws InterruptedException {
    AtomicReference<String> decoded = new AtomicReference<>("");
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable work = () -> decoded.set(tokenizer.decode(tokenizer.encode(text, false, true), false));
    Thread thread = new Thread(null, work, "small-stack", SMALL_STACK);
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
    thread.join();
    assertNull(failure.get());
    assertEquals(text.length(), decoded.get().length());
    assertTrue(text.equals(decoded.get()), "the text comes back");
  }
}
