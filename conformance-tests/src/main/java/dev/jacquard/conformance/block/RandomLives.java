package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Shrinker;
import dev.jacquard.conformance.Trial;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Checks that let a manager live at random and look for one rule.
final class RandomLives {
  private static final int QUICK = 40;
  private static final int FULL = 500;
  private static final int STEPS = 60;
  private static final int TRIES = 400;

  private RandomLives() {}

  /// A check that `rule` holds in random lives of `theme`.
  static Check<ManagerUnderTest> of(Rule rule, SpaceTheme theme, String name, String... causes) {
    return Check.of(
        rule,
        name + ", in random lives (" + theme.name().toLowerCase(java.util.Locale.ROOT) + ")",
        (subject, trial) -> live(rule, theme, subject, trial),
        causes);
  }

  private static void live(Rule rule, SpaceTheme theme, ManagerUnderTest subject, Trial trial) {
    Violation other = null;
    int undisturbed = 0;
    for (int round = 0; round < trial.rounds(QUICK, FULL); round++) {
      RandomGenerator random = trial.random(round);
      SpaceShape shape = theme.shape(random);
      List<SpaceOp> ops = SpaceOp.random(random, theme.weights(), STEPS);
      Violation violation = SpaceLife.run(subject, shape, ops);
      if (violation == null) {
        undisturbed++;
      } else if (violation.rule() == rule) {
        throw minimal(rule, subject, shape, ops, violation, round, trial);
      } else {
        other = violation;
      }
    }
    if (undisturbed == 0 && other != null) {
      throw new NotApplicable(
          rule.id()
              + " could not be tried, for "
              + other.rule().id()
              + " is broken: "
              + other.getMessage());
    }
  }

  private static AssertionError minimal(
      Rule rule,
      ManagerUnderTest subject,
      SpaceShape shape,
      List<SpaceOp> ops,
      Violation first,
      int round,
      Trial trial) {
    List<SpaceOp> few =
        new Shrinker(TRIES).shrink(ops, shorter -> breaks(rule, subject, shape, shorter));
    @Nullable Violation last = SpaceLife.run(subject, shape, few);
    Violation shown = last != null && last.rule() == rule ? last : first;
    return new AssertionError(
        shown.getMessage()
            + "\n(round "
            + round
            + " of check seed 0x"
            + Long.toHexString(trial.seed())
            + ", made minimal from "
            + ops.size()
            + " steps to "
            + few.size()
            + ")",
        shown);
  }

  private static boolean breaks(
      Rule rule, ManagerUnderTest subject, SpaceShape shape, List<SpaceOp> ops) {
    Violation violation = SpaceLife.run(subject, shape, ops);
    return violation != null && violation.rule() == rule;
  }

  /// A check that two lives with the same calls are told the same.
  ///
  /// @param peeks the second life is asked `peek` between its calls
  static Check<ManagerUnderTest> twice(Rule rule, String name, boolean peeks, String... causes) {
    return Check.of(
        rule,
        name,
        (subject, trial) -> {
          for (int round = 0; round < trial.rounds(QUICK, FULL); round++) {
            RandomGenerator random = trial.random(round);
            SpaceTheme theme = SpaceTheme.values()[round % SpaceTheme.values().length];
            SpaceShape shape = theme.shape(random);
            List<SpaceOp> ops = SpaceOp.random(random, theme.weights(), STEPS);
            List<String> once = SpaceLife.trace(subject, shape, ops, rule, false);
            List<String> again = SpaceLife.trace(subject, shape, ops, rule, peeks);
            for (int i = 0; i < Math.min(once.size(), again.size()); i++) {
              if (!once.get(i).equals(again.get(i))) {
                throw new AssertionError(
                    "the same calls on "
                        + shape
                        + (peeks ? ", with peek between them," : "")
                        + " went differently at step "
                        + i
                        + ":\n  "
                        + once.get(i)
                        + "\n  "
                        + again.get(i)
                        + "\n(round "
                        + round
                        + " of check seed 0x"
                        + Long.toHexString(trial.seed())
                        + ")");
              }
            }
          }
        },
        causes);
  }
}
