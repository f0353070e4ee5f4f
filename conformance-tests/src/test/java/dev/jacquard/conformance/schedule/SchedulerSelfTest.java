package dev.jacquard.conformance.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.Budget;
import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.CheckResult.Outcome;
import dev.jacquard.conformance.Level;
import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.RunOptions;
import dev.jacquard.conformance.Runner;
import dev.jacquard.conformance.SelfTest;
import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.naive.PlainScheduling;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The checks of schedulers try themselves. Two schedulers are right, by different means; the naive
/// one allocates, which SCH-11 advises against and finds.
class SchedulerSelfTest extends SelfTest<SchedulerUnderTest> {
  @Override
  protected List<Check<SchedulerUnderTest>> checks() {
    return SchedulerChecks.all();
  }

  @Override
  protected SchedulerUnderTest correct() {
    return PlainBatching::new;
  }

  @Override
  protected List<Mutant<SchedulerUnderTest>> mutants() {
    return SchedulerMutants.all();
  }

  @Test
  void theNaiveSchedulerKeepsEveryRuleButTheOneOfAllocation() {
    Suite<SchedulerUnderTest> suite =
        Suite.of("naive", checks(), context -> context.continuousBatching(new PlainScheduling()));
    RunOptions options = RunOptions.of(Budget.QUICK, RunOptions.USUAL_SEED);
    List<CheckResult> wrong = new ArrayList<>();
    new Runner(options)
        .run(
            suite,
            result -> {
              if (result.outcome() != Outcome.PASSED && result.rule() != Rule.SCH_11) {
                wrong.add(result);
              }
            });
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyRuleForPluginsHasACheckAndEachMustAMutant() {
    for (Rule rule : Rule.values()) {
      if (rule.group().equals("SCH") && rule.binds() == Rule.Binds.PLUGIN) {
        assertTrue(
            checks().stream().anyMatch(check -> check.rule() == rule), rule.id() + " has no check");
        assertTrue(
            rule.level() != Level.MUST
                || mutants().stream().anyMatch(mutant -> mutant.breaks() == rule),
            rule.id() + " has no mutant");
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameMessage() {
    Mutant<SchedulerUnderTest> mutant =
        mutants().stream().filter(m -> m.breaks() == Rule.SCH_3).findFirst().orElseThrow();
    Check<SchedulerUnderTest> check =
        checks().stream()
            .filter(c -> c.rule() == Rule.SCH_3 && c.name().contains("random"))
            .findFirst()
            .orElseThrow();
    Suite<SchedulerUnderTest> suite = Suite.of("mutant", checks(), mutant.subject());
    RunOptions options = RunOptions.of(Budget.QUICK, RunOptions.USUAL_SEED);
    CheckResult first = new Runner(options).run(suite, check);
    CheckResult second = new Runner(options).run(suite, check);
    assertSame(Outcome.FAILED, first.outcome());
    assertEquals(first.message(), second.message());
  }
}
