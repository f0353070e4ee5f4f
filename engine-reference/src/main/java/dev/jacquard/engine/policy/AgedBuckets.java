package dev.jacquard.engine.policy;

/// Waiting sequences by cost, in buckets a quarter of an octave wide, the oldest of a bucket first.
/// The best is the smallest `cost / (1 + wait / tau)`, which changes its order as time passes:
/// within a bucket only age counts, so it is found among the buckets' heads, whatever the number of
/// waiting. Exact up to the width, 19 %.
final class AgedBuckets {
  static final int BUCKETS = 96;

  private final double least;
  private final double tauNanos;
  private final Ranks ranks;
  private final IndexedHeap[] buckets = new IndexedHeap[BUCKETS];
  private final double[] costs = new double[BUCKETS];
  private int[] bucketOf = new int[0];

  /// @param least the smallest cost that is told apart
  AgedBuckets(Ranks ranks, double least, double tauNanos) {
    this.ranks = ranks;
    this.least = least;
    this.tauNanos = tauNanos;
    for (int i = 0; i < BUCKETS; i++) {
      buckets[i] = new IndexedHeap(ranks);
      costs[i] = Math.pow(2, i / 4.0);
    }
  }

  /// Sets the cost of a ranked id, and moves it if it is in a bucket.
  void cost(int id, double cost) {
    if (id >= bucketOf.length) {
      bucketOf = java.util.Arrays.copyOf(bucketOf, Math.max(id + 1, Math.max(64, id * 2)));
    }
    int bucket = (int) Math.clamp(Math.floor(4 * Math.log(cost / least) / Math.log(2)), 0, 95);
    if (bucket != bucketOf[id]) {
      boolean in = buckets[bucketOf[id]].contains(id);
      buckets[bucketOf[id]].remove(id);
      bucketOf[id] = bucket;
      if (in) {
        buckets[bucket].add(id);
      }
    }
  }

  void add(int id) {
    buckets[bucketOf[id]].add(id);
  }

  /// Takes an id out; no effect if it is in no bucket.
  void remove(int id) {
    if (id < bucketOf.length) {
      buckets[bucketOf[id]].remove(id);
    }
  }

  boolean contains(int id) {
    return id < bucketOf.length && buckets[bucketOf[id]].contains(id);
  }

  /// The best at `now`, or -1.
  int first(long now) {
    int best = -1;
    double bestKey = 0;
    for (int i = 0; i < BUCKETS; i++) {
      int head = buckets[i].first();
      if (head < 0) {
        continue;
      }
      double wait = Math.max(0, now - ranks.arrival[head]);
      double key = costs[i] / (1 + wait / tauNanos);
      if (best < 0 || key < bestKey || (key == bestKey && ranks.before(head, best))) {
        best = head;
        bestKey = key;
      }
    }
    return best;
  }

  long comparisons() {
    long sum = 0;
    for (IndexedHeap bucket : buckets) {
      sum += bucket.comparisons();
    }
    return sum;
  }
}
