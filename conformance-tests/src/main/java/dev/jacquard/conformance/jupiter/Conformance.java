package dev.jacquard.conformance.jupiter;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.jacquard.conformance.Budget;
import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.Level;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.RunOptions;
import dev.jacquard.conformance.Runner;
import dev.jacquard.conformance.Suite;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/// What the abstract classes share: a container for each rule, a test for each check.
///
/// System properties choose what runs: `conformance.rule` (ids, separated by commas),
/// `conformance.seed`, `conformance.budget` (`quick` or `full`). A SHOULD that is broken, a rule that
/// is waived and a check that does not apply show as skipped, with the reason.
///
/// @param <S> the kind of component
public abstract class Conformance<S> {
  Conformance() {}

  /// Rules that do not count, with the reason. They show as skipped, and the component is not
  /// conformant.
  protected Map<Rule, String> waivers() {
    return Map.of();
  }

  /// What a check of this class asks for.
  abstract Suite<S> suite();

  /// One container for each rule.
  @TestFactory
  final Stream<DynamicContainer> rules() {
    RunOptions options = options();
    Suite<S> suite = suite();
    Runner runner = new Runner(options);
    Map<Rule, List<DynamicTest>> tests = new EnumMap<>(Rule.class);
    for (Check<S> check : suite.checks()) {
      if (options.selects(check.rule())) {
        tests
            .computeIfAbsent(check.rule(), _ -> new ArrayList<>())
            .add(dynamicTest(check.name(), () -> report(runner.run(suite, check), check, options)));
      }
    }
    return tests.entrySet().stream().map(entry -> container(entry.getKey(), entry.getValue()));
  }

  private static DynamicContainer container(Rule rule, List<DynamicTest> tests) {
    return dynamicContainer(rule.id() + " " + rule.level() + " " + rule.title(), tests);
  }

  private void report(CheckResult result, Check<S> check, RunOptions options) {
    switch (result.outcome()) {
      case PASSED -> {}
      case SKIPPED -> throw new TestAbortedException(result.message());
      case FAILED -> {
        String text = text(result, check, options);
        String waiver = waivers().get(check.rule());
        if (waiver != null) {
          throw new TestAbortedException("waived: " + waiver + "\n" + text);
        }
        if (check.rule().level() == Level.SHOULD) {
          throw new TestAbortedException("warning: " + text);
        }
        throw new AssertionError(text);
      }
    }
  }

  private String text(CheckResult result, Check<S> check, RunOptions options) {
    StringBuilder text = new StringBuilder(result.message());
    if (!check.likelyCauses().isEmpty()) {
      text.append("\nlikely causes: ").append(String.join("; ", check.likelyCauses()));
    }
    return text.append("\nreproduce: mvn test -Dtest=")
        .append(getClass().getSimpleName())
        .append(" -Dconformance.rule=")
        .append(result.rule().id())
        .append(" -Dconformance.budget=")
        .append(options.budget().name().toLowerCase(Locale.ROOT))
        .append(String.format(Locale.ROOT, " -Dconformance.seed=0x%X", options.seed()))
        .toString();
  }

  private static RunOptions options() {
    String seed = System.getProperty("conformance.seed", "");
    String budget = System.getProperty("conformance.budget", "quick");
    String rules = System.getProperty("conformance.rule", "");
    Set<Rule> selected = EnumSet.noneOf(Rule.class);
    for (String id : rules.split(",", -1)) {
      if (!id.isBlank()) {
        selected.add(
            Rule.of(id.strip())
                .orElseThrow(() ->
                    new IllegalArgumentException("conformance.rule: there is no rule " + id)));
      }
    }
    RunOptions usual =
        RunOptions.of(
            Budget.valueOf(budget.toUpperCase(Locale.ROOT)),
            seed.isEmpty() ? RunOptions.USUAL_SEED : parse(seed));
    return new RunOptions(usual.seed(), usual.budget(), selected, usual.patience());
  }

  private static long parse(String seed) {
    return seed.startsWith("0x")
        ? Long.parseUnsignedLong(seed.substring(2), 16)
        : Long.parseLong(seed);
  }
}
