package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Eight sequences are answered while a crowd waits; whoever ends is followed by the next of the
/// crowd, which is refilled at its end. Counts what `plan` and `complete` do, and nothing else.
final class WaitingCrowd implements AutoCloseable {
  private static final int RUNNING = 8;
  private static final int BLOCK = 16;
  private static final int PROMPT = 56;
  private static final int MOST_ANSWER = 24;
  private static final int STEP_TOKENS = 96;

  private final FlatBlocks blocks;
  private final Scheduler scheduler;
  private final ManualClock clock = new ManualClock();
  private final StepPlan plan;
  private final StepResults results;
  private final @Nullable DrivenSequence[] byId;
  private final Deque<Integer> freeIds = new ArrayDeque<>();
  private int arrivals;
  private long gone;

  WaitingCrowd(SchedulerUnderTest subject, int waiting, long seed) {
    int sequences = waiting + RUNNING + 1;
    byId = new DrivenSequence[sequences];
    SchedulerLimits limits = new SchedulerLimits(sequences, RUNNING + 1, STEP_TOKENS, 1, 128);
    // never room for more than eight: the ninth is asked for, and refused, in every plan
    blocks = new FlatBlocks(BLOCK, RUNNING * (PROMPT + MOST_ANSWER) / BLOCK, sequences);
    scheduler =
        subject.create(
            NaiveSchedulerContext.of(
                blocks, limits, PreemptionMode.RECOMPUTE, clock, seed, List.of()));
    plan = new StepPlan(limits);
    results = new StepResults(limits);
    for (int id = 0; id < sequences; id++) {
      freeIds.add(id);
    }
    for (int i = 0; i < waiting + RUNNING; i++) {
      arrive();
    }
  }

  private void arrive() {
    int id = freeIds.remove();
    DrivenSequence before = byId[id];
    gone += before == null ? 0 : before.reads();
    int answer = MOST_ANSWER - arrivals % 15;
    int[] prompt = new int[PROMPT];
    prompt[0] = arrivals;
    DrivenSequence sequence =
        new DrivenSequence(
            arrivals,
            id,
            0,
            NaiveRequests.of(++arrivals, clock.nanos(), 0, "tenant"),
            prompt,
            PROMPT + answer,
            BLOCK);
    byId[id] = sequence;
    scheduler.submit(sequence);
  }

  /// One step, and as many arrivals as there were ends. `around` sees what `plan` and `complete`
  /// cost.
  void step(Meter around) {
    plan.clear(STEP_TOKENS);
    around.begin(this);
    scheduler.plan(plan);
    around.end(this);
    results.clear();
    results.took(1_000_000);
    clock.advance(1_000_000);
    int ends = 0;
    for (int row = 0; row < plan.rows(); row++) {
      if (plan.outputs(row) > 0) {
        DrivenSequence sequence = Objects.requireNonNull(byId[plan.sequence(row)]);
        sequence.arrive(7);
        sequence.settle();
        boolean full = sequence.length() == sequence.maxLength();
        results.set(row, 1, full ? FinishReason.LENGTH : FinishReason.NONE);
        if (full) {
          freeIds.add(sequence.id());
          ends++;
        }
      }
    }
    around.begin(this);
    scheduler.complete(plan, results);
    around.end(this);
    for (int i = 0; i < ends; i++) {
      arrive();
    }
  }

  /// Looks at a call from both sides.
  interface Meter {
    void begin(WaitingCrowd crowd);

    void end(WaitingCrowd crowd);
  }

  /// Calls of views and of the manager so far.
  long work() {
    long work = gone + blocks.calls();
    for (DrivenSequence sequence : byId) {
      work += sequence == null ? 0 : sequence.reads();
    }
    return work;
  }

  /// Sequences that ran in the last plan.
  int rows() {
    return plan.rows();
  }

  int waiting() {
    return scheduler.waiting();
  }

  @Override
  public void close() {
    scheduler.close();
  }
}
