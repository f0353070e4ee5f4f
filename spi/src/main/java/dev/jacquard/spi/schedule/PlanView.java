package dev.jacquard.spi.schedule;

import dev.jacquard.spi.request.SequenceView;

/// What a policy may ask while it decides; valid during the call. Implemented by the mechanism.
public interface PlanView {
  /// Engine clock at the start of this plan.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-6
  long now();

  /// Tokens the step can still take.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-1
  int remainingTokens();

  /// Sequences that run.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-1
  int running();

  /// Device blocks that no sequence holds.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-1
  int availableBlocks();

  /// Tokens of the sequence's prefix that are cached now; costs a look-up per block of the prefix.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-1, BSM-19
  int cachedTokens(SequenceView sequence);
}
