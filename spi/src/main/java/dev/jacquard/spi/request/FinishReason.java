package dev.jacquard.spi.request;

/// Why a sequence ended; NONE while it runs.
public enum FinishReason {
  NONE,
  /// An end-of-generation token, a stop id or a stop string.
  STOP,
  /// `max_tokens` or the model's context is used up.
  LENGTH,
  /// The answer is a tool call.
  TOOL_CALLS,
  /// The client left, cancelled, or the deadline passed.
  ABORTED,
  /// The engine or a plugin failed.
  ERROR
}
