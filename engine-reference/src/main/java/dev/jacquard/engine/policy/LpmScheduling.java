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
/// Register it as a listener of the cache too: the match is kept exact by [PrefixWatch], so that a
/// decision is O(log n) at any length of the queue (SGLang's falls back to FCFS beyond 128).
/// Without the events it is FCFS. When the first does not fit, up to 3 others are tried, until it
/// has been refused for 30 s.
public final class LpmScheduling implements SchedulingPolicy, CacheListener {
  private final int blockSize;
  private final Ranks ranks = new Ranks();
  private final IndexedHeap queue = new IndexedHeap(ranks);
  private final PrefixWatch watch;
  private final Refusals refusals = Refusals.overtaking(queue::add);

  /// @param blockSize tokens in a block of the manager it runs over
  public LpmScheduling(int blockSize) {
    this.blockSize = blockSize;
    watch = new PrefixWatch(blockSize, this::rekey);
  }

  private void rekey(int sequence) {
    queue.rekey(sequence, -watch.matched(sequence));
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    int id = sequence.id();
    double key = -Math.ceilDiv(sequence.length(), blockSize);
    if (reason != WaitReason.SWAPPED) {
      watch.watch(sequence);
      key = -watch.matched(id);
    }
    ranks.set(sequence, key);
    refusals.enter(id);
    queue.add(id);
  }

  @Override
  public void gone(int sequence) {
    queue.remove(sequence);
    refusals.remove(sequence);
    watch.leave(sequence);
  }

  @Override
  public void planning(PlanView view) {
    refusals.reopen(view.now());
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    queue.remove(sequence);
    switch (answer) {
      case GRANTED -> {
        watch.leave(sequence);
        refusals.granted(sequence);
      }
      case LATER -> refusals.later(sequence);
      case NEVER -> {}
    }
  }

  @Override
  public int nextWaiting(PlanView view) {
    return refusals.closed() || queue.size() == 0 ? refusals.over() : queue.first();
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    watch.stored(hash);
  }

  @Override
  public void removed(int block, long hash) {
    watch.removed(hash);
  }

  /// Cached tokens of a waiting sequence as this policy sees them.
  int matchedTokens(int sequence) {
    return watch.matched(sequence) * blockSize;
  }

  /// Comparisons made so far.
  long work() {
    return queue.comparisons();
  }
}
