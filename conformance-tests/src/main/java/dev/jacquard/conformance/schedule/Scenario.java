package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;

/// A check of one rule that says itself what happens, once with one step in flight and once with
/// two.
@FunctionalInterface
interface Scenario {
  /// Plays the scenario; complaints about the rule come from its drives.
  void play(Maker maker, int stepsInFlight);

  /// Makes drives for one scenario.
  ///
  /// @param subject what is under test
  record Maker(SchedulerUnderTest subject, Rule rule, Trial trial) {
    /// A drive whose complaints are about the rule of the check.
    Drive drive(Setting setting) {
      return new Drive(subject, setting, new Ruling(rule), trial.seed());
    }
  }

  /// The scenario as a check.
  static Check<SchedulerUnderTest> check(
      Rule rule, String name, Scenario scenario, String... likelyCauses) {
    return Check.of(
        rule,
        name,
        (subject, trial) -> {
          for (int inFlight = 1; inFlight <= 2; inFlight++) {
            try {
              scenario.play(new Maker(subject, rule, trial), inFlight);
            } catch (Ruling.Over _) {
              // another rule is broken, whose check says so
            } catch (AssertionError e) {
              throw new AssertionError(
                  e.getMessage() + "\nwith " + inFlight + " step(s) in flight", e);
            }
          }
        },
        likelyCauses);
  }
}
