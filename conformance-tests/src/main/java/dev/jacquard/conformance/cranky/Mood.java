package dev.jacquard.conformance.cranky;

import java.util.SplittableRandom;

/// How often something goes wrong, and when: a function of the seed and the number of calls so far. One for each
/// wrapper, or shared by those of one engine, whose order of calls is the same each time. Not thread-safe.
public final class Mood {
  private final long seed;
  private final int oneIn;
  private final SplittableRandom random;
  private long calls;
  private int faults;

  /// A mood in which about one call in `oneIn` goes wrong.
  public Mood(long seed, int oneIn) {
    if (oneIn < 1) {
      throw new IllegalArgumentException("one call in " + oneIn + " cannot fail: use 1 or more");
    }
    this.seed = seed;
    this.oneIn = oneIn;
    random = new SplittableRandom(seed);
  }

  /// How often it went wrong so far.
  public int faults() {
    return faults;
  }

  /// Whether this call goes wrong.
  boolean strikes() {
    calls++;
    boolean strikes = random.nextInt(oneIn) == 0;
    faults += strikes ? 1 : 0;
    return strikes;
  }

  /// One of `bound` ways.
  int pick(int bound) {
    return random.nextInt(bound);
  }

  /// What an injected failure says.
  String says(String call) {
    return call + " fails as it was told: " + this;
  }

  /// `call 17 of mood seed 42, one in 100`: what repeats it.
  @Override
  public String toString() {
    return "call " + calls + " of mood seed " + seed + ", one in " + oneIn;
  }
}
