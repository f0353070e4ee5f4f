package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/// Smallest missing prefill first, with ageing: the smallest `missing / (weight * (1 + wait /
/// tau))`, where `missing` counts the tokens that are not cached now, at least one chunk. It is
/// shortest remaining time on what is scarce, and keeps a hot prefix hot without being told about
/// it. Age decides in the end: one that is `k` times cheaper and arrived later by `d` goes first
/// only while `d < (k - 1) * (tau + its own wait)`.
///
/// Register it as a listener of the cache too. A sequence whose next missing block a running one is
/// about to store is held back: it will find it in the cache. When the first does not fit, up to 3
/// others are tried, until it has been refused for 30 s. Since a prefill gets all the budget there
/// is, at most one is left unfinished.
public final class SmallestMissingPrefillScheduling implements SchedulingPolicy, CacheListener {
  /// The time after which a wait has halved a cost.
  public static final Duration DEFAULT_TAU = Duration.ofMinutes(10);

  private static final double MAX_WEIGHT = 8;

  private final ToDoubleFunction<RequestInfo> weight;
  private final Ranks ranks = new Ranks();
  private final AgedCosts costs;
  private final PrefixQueue queue;
  private final Refusals refusals;
  private int[] lengths = new int[0];

  /// Equal weights, [#DEFAULT_TAU].
  public SmallestMissingPrefillScheduling(int blockSize, int chunk) {
    this(blockSize, chunk, DEFAULT_TAU, request -> 1);
  }

  /// @param blockSize tokens in a block of the manager it runs over
  /// @param chunk tokens of one prefill chunk: less is not told apart
  /// @param weight of a request, clamped to 1/8..8; more is sooner. An event of the cache costs as
  ///   much as there are different weights among the waiting, so a handful of levels is best.
  public SmallestMissingPrefillScheduling(
      int blockSize, int chunk, Duration tau, ToDoubleFunction<RequestInfo> weight) {
    this.weight = weight;
    costs = new AgedCosts(blockSize, chunk, chunk / MAX_WEIGHT, tau.toNanos());
    queue = new PrefixQueue(blockSize, costs, ranks);
    refusals = Refusals.overtaking(queue::list);
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    int id = sequence.id();
    ranks.set(sequence, 0);
    refusals.enter(id);
    if (id >= lengths.length) {
      lengths = Arrays.copyOf(lengths, Math.max(id + 1, Math.max(64, lengths.length * 2)));
    }
    double wish = weight.applyAsDouble(sequence.request());
    wish = Double.isNaN(wish) ? 1 : Math.clamp(wish, 1 / MAX_WEIGHT, MAX_WEIGHT);
    if (reason == WaitReason.SWAPPED) {
      lengths[id] = 0; // all it needs lies in the host tier
      queue.enter(id, 0, wish, 0);
    } else {
      lengths[id] = sequence.length();
      queue.enter(sequence, wish);
    }
  }

  @Override
  public void gone(int sequence) {
    refusals.remove(sequence);
    queue.leave(sequence);
  }

  @Override
  public void planning(PlanView view) {
    refusals.reopen(view.now());
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    queue.unlist(sequence);
    switch (answer) {
      case GRANTED -> {
        refusals.granted(sequence);
        queue.produce(sequence);
      }
      case LATER -> refusals.later(sequence);
      case NEVER -> {}
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    int first = refusals.closed() ? -1 : costs.first(queue.heads(), ranks, view.now());
    return first < 0 ? refusals.over() : first;
  }

  @Override
  public void computed(SequenceView sequence, int from, int to) {
    int id = sequence.id();
    if (id >= lengths.length || to >= lengths[id]) {
      queue.leave(id); // all it could store of its prompt is stored
    }
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    queue.leave(sequence.id());
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    queue.stored(hash);
  }

  @Override
  public void removed(int block, long hash) {
    queue.removed(hash);
  }

  /// Comparisons made so far.
  long work() {
    return queue.comparisons();
  }

  /// Entries of all tables in use, 1 when nothing is cached, waits or runs.
  int remembered() {
    return queue.size();
  }
}
