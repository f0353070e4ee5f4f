package dev.jacquard.engine.core;

/// How many tokens a step may hold. With a target it follows measured speed, so that cancels and new arrivals wait about a quarter of a second at most; results do not depend on it.
public final class StepBudget {
  private static final double FORGETTING = 0.8;

  private final int most;
  private final int least;
  private final long targetNanos;
  private double nanosPerToken;

  private StepBudget(int most, int least, long targetNanos) {
    this.most = most;
    this.least = least;
    this.targetNanos = targetNanos;
  }

  /// Always `tokens`.
  public static StepBudget fixed(int tokens) {
    return new StepBudget(tokens, tokens, Long.MAX_VALUE);
  }

  /// At most `most` tokens, fewer when a step would take longer than `targetNanos`, never fewer than `least`.
  public static StepBudget timed(int most, int least, long targetNanos) {
    return new StepBudget(most, Math.min(least, most), targetNanos);
  }

  int tokens() {
    if (nanosPerToken == 0) {
      return targetNanos == Long.MAX_VALUE ? most : Math.min(most, 4 * least);
    }
    return (int) Math.clamp(targetNanos / nanosPerToken, least, most);
  }

  /// Learns from a step. Small steps tell little of a token's cost, since every step reads all weights once.
  void took(int tokens, long nanos) {
    if (tokens >= least && targetNanos != Long.MAX_VALUE) {
      double measured = (double) nanos / tokens;
      nanosPerToken =
          nanosPerToken == 0 ? measured : FORGETTING * nanosPerToken + (1 - FORGETTING) * measured;
    }
  }
}
