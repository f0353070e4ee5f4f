package dev.jacquard.conformance.naive;

import dev.jacquard.spi.EngineClock;

/// A clock that stands still until it is told otherwise, so that runs repeat.
public final class ManualClock implements EngineClock {
  private long nanos;

  /// A clock at 0.
  public ManualClock() {}

  @Override
  public long nanos() {
    return nanos;
  }

  /// Moves on by `nanos >= 0`.
  public void advance(long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException("a clock does not run backwards: " + nanos);
    }
    this.nanos += nanos;
  }
}
