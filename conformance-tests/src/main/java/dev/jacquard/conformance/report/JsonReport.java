package dev.jacquard.conformance.report;

import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.CheckResult.Outcome;
import dev.jacquard.spi.Spi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A report for programs and for committing: no times and no paths, so that the same plugin, seed and
/// budget give the same text.
public final class JsonReport {
  private JsonReport() {}

  /// The report as JSON, ended by a newline.
  public static String of(Report report) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("spi", Spi.version());
    root.put("plugin", report.plugin());
    root.put("place", report.place());
    root.put("seed", "0x" + Long.toHexString(report.seed()).toUpperCase(Locale.ROOT));
    root.put("budget", report.budget().name().toLowerCase(Locale.ROOT));
    root.put("verdict", report.verdict());
    root.put("counts", report.countLine());
    root.put("problems", report.problems());
    root.put("components", report.components().stream().map(JsonReport::component).toList());
    return JsonText.of(root);
  }

  private static Map<String, Object> component(ComponentReport component) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", component.component());
    if (component.unavailable() != null) {
      map.put("unavailable", component.unavailable());
    }
    map.put("rules", component.rules().stream().map(JsonReport::rule).toList());
    return map;
  }

  private static Map<String, Object> rule(RuleReport rule) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", rule.rule().id());
    map.put("level", rule.rule().level().name());
    map.put("verdict", rule.verdict().name());
    if (rule.waiver() != null) {
      map.put("waiver", rule.waiver());
    }
    List<Map<String, Object>> checks = new ArrayList<>();
    for (CheckResult result : rule.results()) {
      Map<String, Object> check = new LinkedHashMap<>();
      check.put("name", result.check());
      check.put("outcome", result.outcome().name());
      if (result.outcome() != Outcome.PASSED) {
        check.put("message", result.message());
      }
      checks.add(check);
    }
    map.put("checks", checks);
    return map;
  }
}
