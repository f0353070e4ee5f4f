package dev.jacquard.engine.chat;

import java.util.List;

/// How a model wants a conversation written down.
///
/// From [ChatFormats#of]; immutable, any thread. The text is meant for `tokenizer.encode(text,
/// true, true)`: it holds the markers of special tokens, and no BOS in front because the tokenizer
/// adds that where the model asks for it. Markers inside of a message's content are not escaped, as
/// in other engines.
public interface ChatFormat {

  /// The family, for example `chatml`; for logs.
  String name();

  /// Writes a conversation.
  ///
  /// @param addGenerationPrompt end with the head of an assistant turn, so that the model answers
  /// @throws IllegalArgumentException if there is no message or a role is not supported
  String render(List<ChatMessage> messages, boolean addGenerationPrompt);

  /// Texts that end an assistant turn, in case the model spells them instead of using the token.
  List<String> stopStrings();
}
