package dev.jacquard.engine.policy;

/// Groups waiting sequences by the cost of what is missing of them, `max(chunk, missing tokens) /
/// weight`, a quarter of an octave wide. The best is the smallest `cost / (1 + wait / tau)`, which
/// changes its order as time passes: within a group only age counts, so it is found among the
/// groups' heads, whatever the number of waiting. Exact up to the width, 19 %.
final class AgedCosts implements PrefixOrder {
  private static final int GROUPS = 96;

  private final int blockSize;
  private final int chunk;
  private final double tauNanos;
  // by group: the least cost of it and its middle
  private final double[] starts = new double[GROUPS];
  private final double[] costs = new double[GROUPS];

  /// @param least the smallest cost that is told apart
  AgedCosts(int blockSize, int chunk, double least, double tauNanos) {
    this.blockSize = blockSize;
    this.chunk = chunk;
    this.tauNanos = tauNanos;
    for (int i = 0; i < GROUPS; i++) {
      costs[i] = Math.pow(2, i / 4.0);
      starts[i] = start(i, least);
    }
  }

  /// The least cost that the logarithm puts in `group` or behind it, found by bisection: comparing
  /// with it agrees with the logarithm to the last bit, at a fraction of its price.
  private static double start(int group, double least) {
    double under = 0;
    double over = least * Math.pow(2, (group + 1) / 4.0);
    for (double middle = over / 2; middle > under && middle < over; ) {
      if (Math.floor(4 * Math.log(middle / least) / Math.log(2)) >= group) {
        over = middle;
      } else {
        under = middle;
      }
      middle = under + (over - under) / 2;
    }
    return group == 0 ? 0 : over;
  }

  @Override
  public int groups() {
    return GROUPS;
  }

  @Override
  public int group(double weight, int length, int matched) {
    double cost = Math.max(chunk, length - (double) matched * blockSize) / weight;
    int low = 0;
    for (int high = GROUPS; high - low > 1; ) {
      int middle = (low + high) >>> 1;
      if (cost >= starts[middle]) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public int end(double weight, int group, int matched) {
    if (group == GROUPS - 1) {
      return Integer.MAX_VALUE;
    }
    double bound = starts[group + 1];
    if (chunk / weight >= bound) {
      return 0;
    }
    double missing = Math.ceil(bound * weight);
    while ((missing - 1) / weight >= bound) {
      missing--;
    }
    while (missing / weight < bound) {
      missing++;
    }
    return (int) Math.min(Integer.MAX_VALUE, missing + (double) matched * blockSize);
  }

  @Override
  public int key(int matched) {
    return 0;
  }

  /// The best at `now` of the groups' heads, or -1.
  int first(int[] heads, Ranks ranks, long now) {
    int best = -1;
    double bestKey = 0;
    for (int i = 0; i < GROUPS; i++) {
      int head = heads[i];
      if (head < 0) {
        continue;
      }
      double wait = Math.max(0, now - ranks.arrival[head]);
      double key = costs[i] / (1 + wait / tauNanos);
      if (best < 0 || key < bestKey || (key == bestKey && ranks.older(head, best))) {
        best = head;
        bestKey = key;
      }
    }
    return best;
  }
}
