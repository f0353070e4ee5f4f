package dev.jacquard.engine.server;

import dev.jacquard.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;

/// The text of a single token in a report; bytes that are no character become U+FFFD.
final class TokenText {
  private TokenText() {}

  static String of(Tokenizer tokenizer, int token) {
    return new String(tokenizer.bytes(token, true), StandardCharsets.UTF_8);
  }
}
