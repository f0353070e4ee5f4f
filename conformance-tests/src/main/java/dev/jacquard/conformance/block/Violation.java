package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import java.io.Serial;

/// A rule was seen broken.
final class Violation extends AssertionError {
  @Serial private static final long serialVersionUID = 1;

  private final Rule rule;

  Violation(Rule rule, String message) {
    super(message);
    this.rule = rule;
  }

  Rule rule() {
    return rule;
  }
}
