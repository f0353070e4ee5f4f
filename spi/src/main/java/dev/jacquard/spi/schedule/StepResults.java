package dev.jacquard.spi.schedule;

import dev.jacquard.spi.request.FinishReason;
import java.util.Arrays;

/// What became of a step, by row of its plan. Filled by the engine, which alone appends tokens and decides who is finished.
public final class StepResults {
  private final int[] accepted;
  private final FinishReason[] finishes;
  private boolean failed;
  private long nanos;

  /// Results for plans of the given limits.
  public StepResults(SchedulerLimits limits) {
    accepted = new int[limits.maxRunning()];
    finishes = new FinishReason[limits.maxRunning()];
    Arrays.fill(finishes, FinishReason.NONE);
  }

  /// Starts afresh; called by the engine.
  public void clear() {
    Arrays.fill(accepted, 0);
    Arrays.fill(finishes, FinishReason.NONE);
    failed = false;
    nanos = 0;
  }

  /// Sets what became of a row; called by the engine.
  public void set(int row, int acceptedTokens, FinishReason finish) {
    accepted[row] = acceptedTokens;
    finishes[row] = finish;
  }

  /// Sets how long the step took; called by the engine.
  public void took(long nanos) {
    this.nanos = nanos;
  }

  /// Marks the step as failed; called by the engine.
  public void fail() {
    failed = true;
  }

  /// The step had no effect: nothing was computed, no row may be committed (SCH-12).
  public boolean failed() {
    return failed;
  }

  /// Tokens appended to the row's sequence: 0, 1, or more with speculation.
  public int acceptedTokens(int row) {
    return accepted[row];
  }

  /// Why the row's sequence ended, NONE while it runs.
  public FinishReason finish(int row) {
    return finishes[row];
  }

  /// How long the step took.
  public long nanos() {
    return nanos;
  }
}
