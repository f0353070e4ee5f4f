package dev.jacquard.conformance.report;

import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.CheckResult.Outcome;
import dev.jacquard.conformance.Level;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// A report for people: a line for each rule; what failed with its likely causes and a line that
/// repeats it.
public final class HumanReport {
  private static final int TITLE = 74;

  private final PrintStream out;
  private final Function<CheckResult, List<String>> causes;
  private final Function<CheckResult, String> reproduce;

  /// A report to `out`.
  ///
  /// @param causes likely causes of a failed check, see [Check#likelyCauses]
  /// @param reproduce the command that repeats a failed check
  public HumanReport(
      PrintStream out,
      Function<CheckResult, List<String>> causes,
      Function<CheckResult, String> reproduce) {
    this.out = out;
    this.causes = causes;
    this.reproduce = reproduce;
  }

  /// Prints one component.
  public void print(ComponentReport component) {
    out.println(component.component());
    if (component.unavailable() != null) {
      out.println("  NOT RUN  unavailable: " + component.unavailable());
    }
    component.rules().forEach(this::print);
  }

  private void print(RuleReport rule) {
    long tried =
        rule.results().stream().filter(result -> result.outcome() != Outcome.SKIPPED).count();
    String title = rule.rule().title();
    out.printf(
        Locale.ROOT,
        "  %-8s %-7s %-10s %s%s%n",
        rule.verdict(),
        rule.rule().id(),
        rule.rule().level(),
        title.length() > TITLE ? title.substring(0, TITLE - 1) + "…" : title,
        tried == 0 ? "" : "  (" + tried + (tried == 1 ? " check)" : " checks)"));
    if (rule.waiver() != null) {
      out.println("           waived: " + rule.waiver());
    }
    if (rule.verdict() == Verdict.SKIP) {
      rule.results().stream().map(CheckResult::message).distinct().forEach(this::indented);
    }
    rule.results().stream()
        .filter(result -> result.outcome() == Outcome.FAILED)
        .forEach(this::printFailure);
  }

  private void printFailure(CheckResult result) {
    indented(result.check() + ":");
    indented(result.message());
    if (result.nanos() == 0 && result.message().startsWith("not tried")) {
      return; // the reason stands with the checks before it
    }
    List<String> likely = causes.apply(result);
    if (!likely.isEmpty()) {
      indented("likely causes: " + String.join("; ", likely));
    }
    indented("reproduce: " + reproduce.apply(result));
  }

  /// Prints what the whole comes to; the last line is the count of rules.
  public void printEnd(Report report) {
    report.problems().forEach(problem -> out.println("PROBLEM  " + problem));
    out.println(
        report.verdict()
            + "  MUST "
            + passed(report, Level.MUST)
            + " · STOCHASTIC "
            + passed(report, Level.STOCHASTIC)
            + " · SHOULD "
            + passed(report, Level.SHOULD)
            + " · untested "
            + report.count(Verdict.UNTESTED)
            + " · waived "
            + report.count(Verdict.WAIVED));
    out.println(report.countLine());
  }

  private static String passed(Report report, Level level) {
    int passed = 0;
    int tried = 0;
    for (ComponentReport component : report.components()) {
      for (RuleReport rule : component.rules()) {
        if (rule.rule().level() == level && rule.verdict() != Verdict.SKIP) {
          tried++;
          passed += rule.verdict() == Verdict.PASS ? 1 : 0;
        }
      }
    }
    return passed + "/" + tried;
  }

  private void indented(String text) {
    text.lines().forEach(line -> out.println("           " + line));
  }
}
