package dev.jacquard.engine.chat;

/// One message of a conversation.
///
/// @param role who speaks: `system`, `developer` (the same), `user` or `assistant`
/// @param content the text
public record ChatMessage(String role, String content) {}
