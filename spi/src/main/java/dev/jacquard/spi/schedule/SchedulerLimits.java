package dev.jacquard.spi.schedule;

/// The bounds of a step, fixed for the life of an engine.
///
/// @param maxSequences sequences that may be known to the scheduler at once; ids are below it
/// @param maxRunning sequences that may run at once (`--max-num-seqs`)
/// @param maxStepTokens tokens computed in one step (`--max-num-batched-tokens`)
/// @param maxStepsInFlight plans that may be out before the first is completed
/// @param maxSequenceLength the longest sequence in tokens
public record SchedulerLimits(
    int maxSequences,
    int maxRunning,
    int maxStepTokens,
    int maxStepsInFlight,
    int maxSequenceLength) {
  /// Checks that every bound is positive and that a running sequence fits in a step.
  public SchedulerLimits {
    if (maxRunning < 1
        || maxSequences < maxRunning
        || maxStepTokens < 1
        || maxStepsInFlight < 1
        || maxSequenceLength < 1) {
      throw new IllegalArgumentException(
          "limits must be positive and maxSequences at least maxRunning: "
              + maxSequences
              + ", "
              + maxRunning
              + ", "
              + maxStepTokens
              + ", "
              + maxStepsInFlight
              + ", "
              + maxSequenceLength);
    }
  }
}
