package dev.jacquard.engine.core;

/// What the engine counts about itself; implemented by the metrics. Engine thread.
public interface EngineEvents {
  /// For engines nobody watches.
  EngineEvents NONE = new EngineEvents() {};

  /// A step of `tokens` tokens and `outputs` outputs took `nanos`.
  default void stepped(int tokens, int outputs, long nanos) {}

  /// A step had no effect.
  default void stepFailed() {}

  /// Scheduler and block manager were made anew.
  default void recovered() {}

  /// A prompt of `promptTokens` was admitted for the first time, `cachedTokens` of them from the cache.
  default void admitted(int promptTokens, int cachedTokens) {}

  /// The first token of a request came `nanos` after its arrival.
  default void firstToken(long nanos) {}

  /// A request ended.
  default void ended(ActiveRequest request) {}
}
