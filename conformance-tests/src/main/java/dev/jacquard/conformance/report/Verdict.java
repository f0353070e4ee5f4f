package dev.jacquard.conformance.report;

/// What became of one rule in one run.
public enum Verdict {
  /// Every check of the rule passed.
  PASS,
  /// A check failed, and the rule is binding.
  FAIL,
  /// A check failed, and the rule is a SHOULD.
  WARN,
  /// Somebody gave a reason why the rule does not count. It costs the verdict of the whole.
  WAIVED,
  /// No check could be tried: the subject does not claim what the rule is about.
  SKIP,
  /// No check can see it.
  UNTESTED
}
