package dev.jacquard.engine.token;

/// Encodes a stretch of text that holds no special tokens. Implementations are immutable.
interface TextEncoder {

  /// Appends the ids of `text[from, to)`, which is valid UTF-16 and not empty.
  ///
  /// @param first whether the stretch begins the text or follows a special token
  void encode(char[] text, int from, int to, boolean first, IdList out);
}
