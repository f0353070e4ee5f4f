package dev.jacquard.conformance.report;

import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.CheckResult.Outcome;
import dev.jacquard.conformance.Level;
import dev.jacquard.conformance.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of one rule.
///
/// @param rule the rule
/// @param results of its checks, in order
/// @param waiver why it does not count, or null
public record RuleReport(Rule rule, List<CheckResult> results, @Nullable String waiver) {
  /// Copies the list.
  public RuleReport {
    results = List.copyOf(results);
  }

  /// The verdict: a failure outweighs everything but a waiver, a pass outweighs what was skipped.
  public Verdict verdict() {
    if (rule.level() == Level.UNTESTED) {
      return Verdict.UNTESTED;
    }
    if (waiver != null) {
      return Verdict.WAIVED;
    }
    if (has(Outcome.FAILED)) {
      return rule.level() == Level.SHOULD ? Verdict.WARN : Verdict.FAIL;
    }
    return has(Outcome.PASSED) ? Verdict.PASS : Verdict.SKIP;
  }

  private boolean has(Outcome outcome) {
    return results.stream().anyMatch(result -> result.outcome() == outcome);
  }
}
