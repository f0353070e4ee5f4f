package dev.jacquard.engine.chat;

/// A model has no chat template, or one of an unknown family; the message says what to do.
public final class ChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ChatTemplateException(String message) {
    super(message);
  }
}
