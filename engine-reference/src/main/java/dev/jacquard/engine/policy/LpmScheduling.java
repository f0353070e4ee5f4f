package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;

/// Longest prefix match first, as in SGLang: the waiting sequence with most blocks cached now, then
/// by arrival. A swapped one counts with all it has computed.
///
/// Register it as a listener of the cache too: the match is kept exact by [PrefixQueue], so that a
/// decision is O(log n) at any length of the queue (SGLang's falls back to FCFS beyond 128).
/// Without the events it is FCFS. When the first does not fit, up to 3 others are tried, until it
/// has been refused for 30 s.
public final class LpmScheduling implements SchedulingPolicy, CacheListener {
  private final int blockSize;
  private final Ranks ranks = new Ranks();
  private final PrefixQueue queue;
  private final Refusals refusals;

  /// @param blockSize tokens in a block of the manager it runs over
  public LpmScheduling(int blockSize) {
    this.blockSize = blockSize;
    queue = new PrefixQueue(blockSize, new LongestMatch(), ranks);
    refusals = Refusals.overtaking(queue::list);
  }

  /// All are one group, where more cached blocks go before age.
  private record LongestMatch() implements PrefixOrder {
    @Override
    public int groups() {
      return 1;
    }

    @Override
    public int group(double weight, int length, int matched) {
      return 0;
    }

    @Override
    public int end(double weight, int group, int matched) {
      return Integer.MAX_VALUE;
    }

    @Override
    public int key(int matched) {
      return -matched;
    }
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    int id = sequence.id();
    ranks.set(sequence, 0);
    refusals.enter(id);
    if (reason == WaitReason.SWAPPED) {
      queue.enter(id, 0, 1, Math.ceilDiv(sequence.length(), blockSize));
    } else {
      queue.enter(sequence, 1);
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
        queue.leave(sequence);
        refusals.granted(sequence);
      }
      case LATER -> refusals.later(sequence);
      case NEVER -> {}
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    int first = refusals.closed() ? -1 : queue.heads()[0];
    return first < 0 ? refusals.over() : first;
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    queue.stored(hash);
  }

  @Override
  public void removed(int block, long hash) {
    queue.removed(hash);
  }

  /// Cached tokens of a waiting sequence as this policy sees them.
  int matchedTokens(int sequence) {
    return queue.matched(sequence) * blockSize;
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
