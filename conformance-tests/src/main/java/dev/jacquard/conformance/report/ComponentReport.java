package dev.jacquard.conformance.report;

import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.Rule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of one component.
///
/// @param component what was tried: `block-manager:mine`
/// @param unavailable why it could not run here, or null; then there are no rules
/// @param rules in the order of their ids
public record ComponentReport(
    String component, @Nullable String unavailable, List<RuleReport> rules) {
  /// Copies the list.
  public ComponentReport {
    rules = List.copyOf(rules);
  }

  /// A report of what was tried.
  ///
  /// @param untested rules to list although no check is about them
  /// @param waivers reasons by rule id
  public static ComponentReport of(
      String component,
      List<CheckResult> results,
      List<Rule> untested,
      Map<String, String> waivers) {
    Map<Rule, List<CheckResult>> byRule = new EnumMap<>(Rule.class);
    untested.forEach(rule -> byRule.put(rule, new ArrayList<>()));
    for (CheckResult result : results) {
      byRule.computeIfAbsent(result.rule(), _ -> new ArrayList<>()).add(result);
    }
    List<RuleReport> rules = new ArrayList<>();
    byRule.forEach((rule, its) -> rules.add(new RuleReport(rule, its, waivers.get(rule.id()))));
    return new ComponentReport(component, null, rules);
  }

  /// A component that cannot run on this machine.
  public static ComponentReport notRun(String component, String reason) {
    return new ComponentReport(component, reason, List.of());
  }

  /// How many rules of a verdict there are.
  public int count(Verdict verdict) {
    return (int) rules.stream().filter(rule -> rule.verdict() == verdict).count();
  }
}
