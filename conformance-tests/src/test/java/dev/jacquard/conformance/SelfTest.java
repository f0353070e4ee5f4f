package dev.jacquard.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.CheckResult.Outcome;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What every group of rules shows of itself: the right implementation passes, each mutant dies by the
/// rule it breaks with a message that a plugin's author understands.
///
/// @param <S> the kind of component
public abstract class SelfTest<S> {
  private static final RunOptions OPTIONS = RunOptions.of(Budget.QUICK, RunOptions.USUAL_SEED);

  /// The checks of the group.
  protected abstract List<Check<S>> checks();

  /// An implementation that is right.
  protected abstract S correct();

  /// Implementations that are wrong.
  protected abstract List<Mutant<S>> mutants();

  /// The checks, for the table of all rules.
  final List<Check<S>> allChecks() {
    return checks();
  }

  /// The mutants, for the table of all rules.
  final List<Mutant<S>> allMutants() {
    return mutants();
  }

  @TestFactory
  Stream<DynamicTest> theRightImplementationPasses() {
    Suite<S> suite = Suite.of("right", checks(), correct());
    return checks().stream()
        .map(check ->
            DynamicTest.dynamicTest(
                check.toString(),
                () -> {
                  CheckResult result = new Runner(OPTIONS).run(suite, check);
                  assertTrue(result.outcome() != Outcome.FAILED, result::message);
                }));
  }

  @TestFactory
  Stream<DynamicTest> eachMutantDiesByItsRule() {
    return mutants().stream()
        .map(mutant ->
            DynamicTest.dynamicTest(
                mutant.breaks().id() + " " + mutant.name(), () -> requireDead(mutant)));
  }

  private void requireDead(Mutant<S> mutant) {
    Suite<S> suite = Suite.of(mutant.name(), checks(), mutant.subject());
    Runner runner = new Runner(OPTIONS);
    // A check of a STOCHASTIC rule may miss a violation: it gets three tries.
    int tries = mutant.breaks().level() == Level.STOCHASTIC ? 3 : 1;
    List<CheckResult> killers = List.of();
    for (int i = 0; i < tries && killers.isEmpty(); i++) {
      killers = killers(mutant, suite, runner);
    }
    requireKilled(mutant, killers);
  }

  private List<CheckResult> killers(Mutant<S> mutant, Suite<S> suite, Runner runner) {
    return checks().stream()
        .filter(check -> check.rule() == mutant.breaks())
        .map(check -> runner.run(suite, check))
        .filter(result -> result.outcome() == Outcome.FAILED)
        .toList();
  }

  private void requireKilled(Mutant<S> mutant, List<CheckResult> killers) {
    assertTrue(!killers.isEmpty(), () -> "no check of " + mutant.breaks().id() + " finds it");
    assertTrue(
        killers.stream().anyMatch(result -> result.message().contains(mutant.phrase())),
        () -> "no message contains `" + mutant.phrase() + "`: " + killers);
  }
}
