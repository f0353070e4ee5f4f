package dev.jacquard.spi.request;

import org.jspecify.annotations.Nullable;

/// Hears the life of every request. Registered by a plugin's instance; called on the engine thread, must be quick, and may keep nothing of a view
/// after `finished`. A listener that throws is dropped, logged and counted.
public interface RequestListener {
  /// A sequence entered the scheduler's queue.
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until `finished`
  /// - Allocation: free
  /// - Rules: SCH-16
  default void submitted(SequenceView sequence) {}

  /// The KV of positions `[from, to)` was computed by a step that took `nanos` and computed `stepTokens` tokens in all.
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until `finished`
  /// - Allocation: none
  /// - Rules: SCH-16
  default void computed(SequenceView sequence, int from, int to, int stepTokens, long nanos) {}

  /// The sequence gave its blocks up and goes on later.
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until `finished`
  /// - Allocation: none
  /// - Rules: SCH-16
  default void preempted(SequenceView sequence) {}

  /// The sequence ended, before its blocks are released. The reason of a stop string or a tool call is known only to the request's thread; it
  /// arrives as [#outcome].
  ///
  /// - Thread: engine
  /// - Ownership: nothing of `sequence` may be kept
  /// - Allocation: free
  /// - Rules: SCH-16
  default void finished(SequenceView sequence, FinishReason reason) {}

  /// What the request's thread made of the whole answer, at the next step after it knew.
  ///
  /// @param tool name of the first tool the answer calls, or null
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: SCH-16
  default void outcome(long serial, FinishReason reason, @Nullable String tool) {}
}
