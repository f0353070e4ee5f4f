package dev.jacquard.conformance.schedule;

import com.sun.management.ThreadMXBean;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Measures a policy whose queue stays as long as it was. The least of several batches counts:
/// disturbances of the machine only ever add.
final class SchedulingMeter implements PlanView {
  /// The calls whose allocations are told apart.
  private enum Call {
    PLANNING,
    NEXT_WAITING,
    ANSWERED,
    NEXT_PREFILL,
    VICTIM,
    COMPUTED,
    FINISHED,
    STEPPED,
    GONE
  }

  private static final int RUNNING = 8;
  private static final int QUESTIONS = 4;
  private static final int CACHED_BLOCKS = 200;
  private static final int WARM_UP = 2_000;
  private static final int BATCHES = 5;
  private static final int ROUNDS = 32;
  private static final int A_FEW = 6;
  private static final long STEP_NANOS = 20_000_000L;

  private final SchedulingPolicy policy;
  private final int length;
  private final ManualClock clock = new ManualClock();
  private final SchedulingCache cache;
  private final long[] asked = new long[1];
  private final @Nullable SchedulingSequence[] waiting;
  private final Deque<SchedulingSequence> running = new ArrayDeque<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final long[] allocated = new long[Call.values().length];
  private boolean counting;
  private long mark;
  private long nanos;
  private long started;
  private long serial;
  private int count;

  /// Fills the queue with `length` sequences.
  SchedulingMeter(SchedulingUnderTest subject, int length) {
    this.length = length;
    int ids = length + 2 * RUNNING + QUESTIONS;
    waiting = new SchedulingSequence[ids];
    for (int id = 0; id < ids; id++) {
      free.add(id);
    }
    NaiveSchedulerContext context =
        NaiveSchedulerContext.of(
            NaiveBlockSpaceContext.of(SchedulingWorld.BLOCK, 64, clock)
                .paged(new PlainEviction(64)),
            new SchedulerLimits(ids, 2 * RUNNING, 2_048, 1, 1_024),
            PreemptionMode.RECOMPUTE,
            clock,
            1,
            List.of());
    policy = subject.create(context);
    cache =
        new SchedulingCache(
            SchedulingWorld.BLOCK,
            policy instanceof CacheListener listener ? listener : new CacheListener() {});
    refill();
  }

  private void refill() {
    while (count < length) {
      serial++;
      int pick = (int) (serial * 31 % 997);
      SchedulingSequence sequence =
          new SchedulingSequence(
              free.remove(),
              0,
              NaiveRequests.of(serial, clock.nanos(), pick % 5, "tenant-" + pick % 8, ""),
              80 + pick % 64,
              1_000,
              SchedulingWorld.BLOCK,
              pick % 16,
              64,
              asked);
      enter(sequence, WaitReason.NEW);
      clock.advance(1_000);
    }
  }

  private void enter(SchedulingSequence sequence, WaitReason reason) {
    long before = asked[0];
    waiting[sequence.id()] = sequence;
    count++;
    policy.waiting(sequence, reason);
    asked[0] = before;
  }

  /// A plan and its step; the queue is as long after it as before.
  private void round(int number) {
    begin();
    policy.planning(this);
    end(Call.PLANNING);
    begin();
    policy.nextPrefill(this);
    end(Call.NEXT_PREFILL);
    if (number % 4 == 0 && running.size() > 2) {
      preempt();
    } else {
      admit();
    }
    complete();
    if (number % 8 == 0) {
      leave();
    }
    refill();
  }

  private void preempt() {
    begin();
    int answer = policy.victim(this, running.getFirst().id());
    end(Call.VICTIM);
    SchedulingSequence victim = running.getLast();
    for (SchedulingSequence candidate : running) {
      victim = candidate.id() == answer ? candidate : victim;
    }
    running.remove(victim);
    cache.release(victim, ReleaseReason.PREEMPTED);
    enter(victim, WaitReason.RECOMPUTE);
  }

  private void admit() {
    for (int i = 0; i < QUESTIONS; i++) {
      begin();
      int answer = policy.nextWaiting(this);
      end(Call.NEXT_WAITING);
      SchedulingSequence chosen = answer < 0 || answer >= waiting.length ? null : waiting[answer];
      if (chosen == null) {
        return;
      }
      if (i % 2 == 0 && running.size() < 2 * RUNNING) {
        waiting[answer] = null;
        count--;
        running.addFirst(chosen);
        long before = asked[0];
        cache.open(chosen);
        asked[0] = before;
        begin();
        policy.answered(answer, Reservation.GRANTED);
        end(Call.ANSWERED);
        before = asked[0];
        int tokens = chosen.length();
        cache.commit(chosen, tokens);
        asked[0] = before;
        begin();
        policy.computed(chosen, 0, tokens);
        end(Call.COMPUTED);
      } else {
        begin();
        policy.answered(answer, Reservation.LATER);
        end(Call.ANSWERED);
      }
    }
  }

  private void complete() {
    clock.advance(STEP_NANOS);
    while (running.size() > RUNNING) {
      SchedulingSequence ended = running.removeLast();
      begin();
      policy.finished(ended, FinishReason.STOP);
      end(Call.FINISHED);
      cache.release(ended, ReleaseReason.FINISHED, CACHED_BLOCKS);
      free.add(ended.id());
    }
    begin();
    policy.stepped(100, STEP_NANOS);
    end(Call.STEPPED);
  }

  /// A waiting one is cancelled.
  private void leave() {
    int id = (int) (serial * 7 % waiting.length);
    if (waiting[id] != null) {
      waiting[id] = null;
      count--;
      begin();
      policy.gone(id);
      end(Call.GONE);
      free.add(id);
    }
  }

  private void begin() {
    started = System.nanoTime();
    if (counting) {
      mark = threads.getCurrentThreadAllocatedBytes();
    }
  }

  /// Ends the one call since [#begin].
  private void end(Call call) {
    if (counting) {
      allocated[call.ordinal()] += threads.getCurrentThreadAllocatedBytes() - mark;
    }
    nanos += System.nanoTime() - started;
  }

  private void batch(int rounds) {
    for (int i = 0; i < rounds; i++) {
      round(i);
    }
  }

  /// Lets the policy grow what it grows, and the machine compile it.
  void warmUp() {
    batch(WARM_UP);
  }

  /// Nanoseconds of the decisions of a plan and its step.
  double nanosPerPlan() {
    batch(ROUNDS);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < BATCHES; i++) {
      nanos = 0;
      batch(ROUNDS);
      least = Math.min(least, nanos);
    }
    return (double) least / ROUNDS;
  }

  /// Nanoseconds of the quickest of a few plans, at little cost.
  double nanosOfAnyPlan() {
    long least = Long.MAX_VALUE;
    for (int i = 1; i <= A_FEW; i++) {
      nanos = 0;
      round(2 * i - 1); // an odd one admits
      least = Math.min(least, nanos);
    }
    return least;
  }

  /// Questions to the plan and to sequences in a plan and its step; what a sequence is asked when it
  /// begins to wait does not count.
  double questionsPerPlan() {
    batch(ROUNDS);
    asked[0] = 0;
    batch(ROUNDS);
    return (double) asked[0] / ROUNDS;
  }

  /// The calls that allocate in each of several batches, with bytes a call.
  List<String> allocations() {
    warmUp();
    counting = true;
    long[] least = new long[allocated.length];
    Arrays.fill(least, Long.MAX_VALUE);
    for (int i = 0; i < BATCHES; i++) {
      Arrays.fill(allocated, 0);
      batch(ROUNDS);
      for (int call = 0; call < least.length; call++) {
        least[call] = Math.min(least[call], allocated[call]);
      }
    }
    List<String> found = new ArrayList<>();
    for (Call call : Call.values()) {
      if (least[call.ordinal()] > 0) {
        found.add(
            "%s, about %d bytes a plan"
                .formatted(
                    call.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    Math.ceilDiv(least[call.ordinal()], ROUNDS)));
      }
    }
    return found;
  }

  @Override
  public long now() {
    asked[0]++;
    return clock.nanos();
  }

  @Override
  public int remainingTokens() {
    asked[0]++;
    return 2_048;
  }

  @Override
  public int running() {
    asked[0]++;
    return running.size();
  }

  @Override
  public int availableBlocks() {
    asked[0]++;
    return 1_000;
  }

  @Override
  public int cachedTokens(SequenceView sequence) {
    asked[0]++;
    return cache.cachedTokens(sequence);
  }
}
