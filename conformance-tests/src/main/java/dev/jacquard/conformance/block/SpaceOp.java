package dev.jacquard.conformance.block;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// One step of a random life. The numbers mean something in any state, so that a life stays one when
/// steps are left out.
record SpaceOp(Kind kind, int a, int b, int c) {
  /// What is done.
  enum Kind {
    ADMIT,
    STEP,
    LAUNCH,
    COMMIT,
    SETTLE,
    RESERVE,
    TRUNCATE,
    FORK,
    SWAP_OUT,
    SWAP_IN,
    RELEASE,
    CLEAR,
    PEEK,
    PLANNING,
    DRAIN,
    ILLEGAL,
    TICK
  }

  private static final int RANGE = 5040;

  /// A life of `length` steps, each kind as often as its weight says.
  static List<SpaceOp> random(RandomGenerator random, List<Integer> weights, int length) {
    int sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    List<SpaceOp> ops = new ArrayList<>();
    while (ops.size() < length) {
      int at = random.nextInt(sum);
      int kind = 0;
      while (at >= weights.get(kind)) {
        at -= weights.get(kind++);
      }
      ops.add(
          new SpaceOp(
              Kind.values()[kind],
              random.nextInt(RANGE),
              random.nextInt(RANGE),
              random.nextInt(RANGE)));
    }
    return ops;
  }
}
