package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// What the two policies that follow the cache promise, said as directly as possible: every
/// question looks at every waiting sequence and every block of it.
final class PrefixOracle {
  private static final int TRIED = 4;
  private static final long PATIENCE = 30_000_000_000L;

  /// One that waits, as it was when it began to.
  record Waiting(SequenceView view, boolean swapped, int length, List<Long> hashes) {
    int id() {
      return view.id();
    }
  }

  private static final Comparator<Waiting> BY_AGE =
      Comparator.<Waiting>comparingLong(w -> w.view().request().arrivalNanos())
          .thenComparingLong(w -> w.view().request().serial() << 16 | w.view().index())
          .thenComparingInt(Waiting::id);

  private final boolean longestMatch;
  private final int blockSize;
  private final int chunk;
  private final double tauNanos;
  private final ToDoubleFunction<RequestInfo> weight;
  private final Map<Integer, Waiting> waiting = new HashMap<>();
  private final Map<Integer, Waiting> running = new HashMap<>();
  private final Map<Long, Integer> cached = new HashMap<>();
  private final Map<Integer, List<Long>> producing = new HashMap<>();
  private final Map<Integer, Long> refusedSince = new HashMap<>();
  private final Set<Integer> refused = new HashSet<>();
  private boolean first;
  private boolean closed;

  /// Longest prefix match.
  PrefixOracle(int blockSize) {
    this(true, blockSize, 1, 1, request -> 1);
  }

  /// Smallest missing prefill.
  PrefixOracle(int blockSize, int chunk, double tauNanos, ToDoubleFunction<RequestInfo> weight) {
    this(false, blockSize, chunk, tauNanos, weight);
  }

  private PrefixOracle(
      boolean longestMatch,
      int blockSize,
      int chunk,
      double tauNanos,
      ToDoubleFunction<RequestInfo> weight) {
    this.longestMatch = longestMatch;
    this.blockSize = blockSize;
    this.chunk = chunk;
    this.tauNanos = tauNanos;
    this.weight = weight;
  }

  void waiting(SequenceView sequence, WaitReason reason) {
    List<Long> hashes = new ArrayList<>();
    boolean swapped = reason == WaitReason.SWAPPED;
    for (int b = 0; !swapped && (b + 1) * blockSize < sequence.length(); b++) {
      hashes.add(sequence.blockHash(b));
    }
    running.remove(sequence.id());
    producing.remove(sequence.id());
    refusedSince.remove(sequence.id());
    waiting.put(sequence.id(), new Waiting(sequence, swapped, sequence.length(), hashes));
  }

  void gone(int id) {
    waiting.remove(id);
    refused.remove(id);
    producing.remove(id);
  }

  void planning() {
    first = true;
    closed = false;
    refused.clear();
  }

  void answered(int id, Reservation answer, long now) {
    switch (answer) {
      case GRANTED -> {
        Waiting granted = waiting.remove(id);
        refusedSince.remove(id);
        running.put(id, granted);
        if (!longestMatch) {
          List<Long> hashes = granted.hashes();
          producing.put(id, hashes.subList(matched(granted), hashes.size()));
        }
        first = false;
      }
      case LATER -> {
        refused.add(id);
        if (first) {
          refusedSince.putIfAbsent(id, now);
        }
        closed = refused.size() == TRIED || (first && now - refusedSince.get(id) >= PATIENCE);
        first = false;
      }
      case NEVER -> gone(id);
    }
  }

  void computed(int id, int to) {
    Waiting sequence = running.get(id);
    if (sequence != null && (sequence.swapped() || to >= sequence.length())) {
      producing.remove(id);
    }
  }

  void finished(int id) {
    running.remove(id);
    producing.remove(id);
  }

  void stored(long hash) {
    cached.merge(hash, 1, Integer::sum);
  }

  void removed(long hash) {
    cached.computeIfPresent(hash, (h, count) -> count == 1 ? null : count - 1);
  }

  int matched(int id) {
    return matched(waiting.get(id));
  }

  private int matched(Waiting sequence) {
    int matched = 0;
    while (matched < sequence.hashes().size()
        && cached.containsKey(sequence.hashes().get(matched))) {
      matched++;
    }
    return matched;
  }

  int next(long now) {
    int next = closed ? -1 : longestMatch ? longestMatch() : smallestMissing(now);
    if (next < 0) {
      planning(); // the plan's admissions are over
    }
    return next;
  }

  private int longestMatch() {
    return waiting.values().stream()
        .filter(w -> !refused.contains(w.id()))
        .min(
            Comparator.<Waiting>comparingInt(
                    w -> w.swapped() ? -Math.ceilDiv(w.length(), blockSize) : -matched(w))
                .thenComparing(BY_AGE))
        .map(Waiting::id)
        .orElse(-1);
  }

  private int smallestMissing(long now) {
    Set<Long> produced = new HashSet<>();
    producing.values().forEach(produced::addAll);
    Map<Integer, Waiting> heads = new HashMap<>();
    for (Waiting one : waiting.values()) {
      int matched = matched(one);
      boolean held = matched < one.hashes().size() && produced.contains(one.hashes().get(matched));
      if (!held && !refused.contains(one.id())) {
        heads.merge(bucket(one, matched), one, (a, b) -> BY_AGE.compare(a, b) <= 0 ? a : b);
      }
    }
    Waiting best = null;
    double bestKey = 0;
    for (Map.Entry<Integer, Waiting> head : heads.entrySet()) {
      double wait = Math.max(0, now - head.getValue().view().request().arrivalNanos());
      double key = Math.pow(2, head.getKey() / 4.0) / (1 + wait / tauNanos);
      if (best == null
          || key < bestKey
          || (key == bestKey && BY_AGE.compare(head.getValue(), best) < 0)) {
        best = head.getValue();
        bestKey = key;
      }
    }
    return best == null ? -1 : best.id();
  }

  private int bucket(Waiting one, int matched) {
    double missing = one.swapped() ? 0 : one.length() - (double) matched * blockSize;
    double wish = Math.clamp(weight.applyAsDouble(one.view().request()), 1 / 8.0, 8);
    double least = chunk / 8.0;
    double cost = Math.max(chunk, missing) / wish;
    return (int) Math.clamp(Math.floor(4 * Math.log(cost / least) / Math.log(2)), 0, 95);
  }
}
