package dev.jacquard.conformance;

import java.util.Objects;

/// What came of one check.
///
/// @param rule the rule it was about
/// @param check the check's name
/// @param outcome how it ended
/// @param message why it failed or was skipped, for the plugin's author; empty when it passed
/// @param nanos how long it took
public record CheckResult(Rule rule, String check, Outcome outcome, String message, long nanos) {
  /// How a check ended.
  public enum Outcome {
    /// The rule was kept.
    PASSED,
    /// The rule was broken.
    FAILED,
    /// The subject does not claim what the check is about.
    SKIPPED
  }

  /// Checks for nulls.
  public CheckResult {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(message, "message");
  }
}
