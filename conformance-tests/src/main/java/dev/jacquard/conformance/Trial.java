package dev.jacquard.conformance;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// What a check is given beside its subject: randomness that repeats, and how much to do. One trial
/// belongs to one run of one check, and to its thread.
public final class Trial {
  private static final RandomGeneratorFactory<RandomGenerator> RANDOM =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private final long seed;
  private final Budget budget;

  /// A trial of `check` in a run of seed `master`. Each check draws from a seed of its own, so that
  /// leaving some out changes nothing for the others.
  public Trial(long master, Check<?> check, Budget budget) {
    seed = mix(master ^ mix(check.toString().hashCode()));
    this.budget = budget;
  }

  /// The seed of this check in this run.
  public long seed() {
    return seed;
  }

  /// How much to do.
  public Budget budget() {
    return budget;
  }

  /// `quick` or `full`, by the budget.
  public int rounds(int quick, int full) {
    return budget == Budget.QUICK ? quick : full;
  }

  /// A fresh generator, the same at each call.
  public RandomGenerator random() {
    return random(0);
  }

  /// The generator of one round of many, so that a failing round can be repeated alone.
  public RandomGenerator random(int round) {
    return RANDOM.create(mix(seed + round));
  }

  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
