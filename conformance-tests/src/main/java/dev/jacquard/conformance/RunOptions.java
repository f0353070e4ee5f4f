package dev.jacquard.conformance;

import java.time.Duration;
import java.util.Set;

/// How checks are run.
///
/// @param seed the master seed; the same one gives the same result
/// @param budget how much to do
/// @param rules the rules to check, all when empty
/// @param patience how long one check may take before it counts as hung
public record RunOptions(long seed, Budget budget, Set<Rule> rules, Duration patience) {
  /// The seed of runs that name none: always the same, so that a build says the same each time.
  public static final long USUAL_SEED = 0x4A41_4351_5541_5244L;

  private static final Duration QUICK_PATIENCE = Duration.ofSeconds(60);
  private static final Duration FULL_PATIENCE = Duration.ofMinutes(10);

  /// Copies the set.
  public RunOptions {
    rules = Set.copyOf(rules);
  }

  /// All rules within `budget`, with the usual patience.
  public static RunOptions of(Budget budget, long seed) {
    return new RunOptions(
        seed, budget, Set.of(), budget == Budget.QUICK ? QUICK_PATIENCE : FULL_PATIENCE);
  }

  /// Whether checks of `rule` are asked for.
  public boolean selects(Rule rule) {
    return rules.isEmpty() || rules.contains(rule);
  }
}
