package dev.jacquard.engine.token;

/// What a vocabulary entry is, in the order of the codes in GGUF's `tokenizer.ggml.token_type`.
enum TokenType {
  UNDEFINED,
  NORMAL,
  UNKNOWN,
  CONTROL,
  USER_DEFINED,
  UNUSED,
  BYTE;

  /// The code of [#NORMAL].
  static final int NORMAL_CODE = 1;

  private static final TokenType[] BY_CODE = values();

  /// Codes that the format does not know count as undefined, as in llama.cpp.
  static TokenType of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNDEFINED;
  }

  /// Whether a text may contain the token's spelling and mean the token.
  boolean isSpecial() {
    return this == CONTROL || this == USER_DEFINED || this == UNKNOWN;
  }

  /// Whether ordinary text may become this token by merging characters.
  boolean isMergeable() {
    return this != CONTROL && this != UNKNOWN && this != BYTE;
  }
}
