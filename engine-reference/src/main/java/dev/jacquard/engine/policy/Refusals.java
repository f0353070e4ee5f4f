package dev.jacquard.engine.policy;

import java.util.Arrays;
import java.util.function.IntConsumer;

/// Sequences that were answered LATER and may not be named again in this plan. After `most` of them
/// admission closes for the plan, so that a decision stays cheap when blocks are short. Whoever was
/// the first choice and has been refused for `patience` closes it at once: others may not overtake
/// it for ever.
final class Refusals {
  private static final int TRIED_PER_PLAN = 4;
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final int[] refused;
  private final long patience;
  private final IntConsumer again;
  private long[] since = new long[0];
  private int count;
  private boolean first = true;
  private boolean closed;
  private long now;

  /// @param most refusals in one plan, 1 for head-of-line blocking
  /// @param patience nanoseconds, [Long#MAX_VALUE] for no end
  /// @param again takes a sequence back into the queue
  private Refusals(int most, long patience, IntConsumer again) {
    refused = new int[most];
    this.patience = patience;
    this.again = again;
  }

  /// Nobody overtakes the first choice.
  static Refusals headOfLine(IntConsumer again) {
    return new Refusals(1, Long.MAX_VALUE, again);
  }

  /// Up to three others are tried when the first choice does not fit, until it has been refused for
  /// 30 s.
  static Refusals overtaking(IntConsumer again) {
    return new Refusals(TRIED_PER_PLAN, PATIENCE_NANOS, again);
  }

  /// A plan begins at `now`.
  void reopen(long now) {
    this.now = now;
    first = true;
    closed = false;
    while (count > 0) {
      again.accept(refused[--count]);
    }
  }

  /// The plan's admissions are over: the answer -1. A mechanism that never says `planning` finds
  /// everybody back in the queue.
  int over() {
    reopen(now);
    return -1;
  }

  /// Whether nobody may be named any more in this plan.
  boolean closed() {
    return closed;
  }

  /// Room for the ids of waiting sequences; a new one has never been refused.
  void enter(int id) {
    if (id >= since.length) {
      since = Arrays.copyOf(since, Math.max(id + 1, Math.max(64, since.length * 2)));
    }
    since[id] = 0;
  }

  /// `id` was granted.
  void granted(int id) {
    since[id] = 0;
    first = false;
  }

  /// `id`, which left the queue, was answered LATER.
  void later(int id) {
    if (first && since[id] == 0) {
      since[id] = now + 1;
    }
    refused[count++] = id;
    closed = count == refused.length || (first && now + 1 - since[id] >= patience);
    first = false;
  }

  boolean contains(int id) {
    for (int i = 0; i < count; i++) {
      if (refused[i] == id) {
        return true;
      }
    }
    return false;
  }

  /// Forgets a sequence that is gone.
  void remove(int id) {
    for (int i = 0; i < count; i++) {
      if (refused[i] == id) {
        refused[i] = refused[--count];
        return;
      }
    }
  }
}
