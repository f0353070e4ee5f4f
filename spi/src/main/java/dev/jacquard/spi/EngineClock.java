package dev.jacquard.spi;

/// The engine's time. Plugins read no other clock, so that tests can drive it and the same calls give the same decisions.
@FunctionalInterface
public interface EngineClock {
  /// Nanoseconds from an arbitrary origin, never running backwards.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-8
  long nanos();
}
