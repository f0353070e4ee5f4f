package dev.jacquard.conformance;

/// How binding a rule is (docs/spec/00-terms.md).
public enum Level {
  /// Who breaks it is not conformant.
  MUST,
  /// Who breaks it is warned: the engine works, somebody pays.
  SHOULD,
  /// Binding like MUST, but the check samples or measures and may miss a violation.
  STOCHASTIC,
  /// Binding like MUST, but no check can see it; the specification says why.
  UNTESTED
}
