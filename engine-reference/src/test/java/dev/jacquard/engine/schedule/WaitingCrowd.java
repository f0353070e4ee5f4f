package dev.jacquard.engine.schedule;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.engine.block.PagedBlockSpaceManager;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Eight sequences decode while a crowd waits; whoever ends is followed by the next of the crowd,
/// and the crowd is refilled at its end.
final class WaitingCrowd {
  private static final int RUNNING = 8;
  private static final int PROMPT = 400;
  private static final int MOST_ANSWER = 24;

  private final ContinuousBatchingScheduler scheduler;
  private final StepPlan plan;
  private final StepResults results;
  private final BlockCopies copies = new BlockCopies();
  private final TestSequence[] byId;
  private final Deque<Integer> freeIds = new ArrayDeque<>();
  private final PagedBlockSpaceManager manager;
  private int arrivals;

  WaitingCrowd(int waiting, SchedulingPolicy policy) {
    int sequences = waiting + RUNNING + 1;
    byId = new TestSequence[sequences];
    SchedulerLimits limits = new SchedulerLimits(sequences, RUNNING + 1, 512, 1, 512);
    ManualClock clock = new ManualClock();
    // never room for more than eight: the ninth is asked for, and refused, in every plan
    int blocks = RUNNING * (PROMPT + MOST_ANSWER) / Bench.BLOCK_SIZE;
    NaiveBlockSpaceContext space =
        NaiveBlockSpaceContext.of(Bench.BLOCK_SIZE, blocks, clock)
            .withRules(0, true)
            .withSequences(sequences);
    manager = new PagedBlockSpaceManager(space, new LruEviction(blocks, 0));
    scheduler =
        new ContinuousBatchingScheduler(
            NaiveSchedulerContext.of(
                manager, limits, PreemptionMode.RECOMPUTE, clock, 1, List.of()),
            policy);
    plan = new StepPlan(limits);
    results = new StepResults(limits);
    for (int id = 0; id < sequences; id++) {
      freeIds.add(id);
    }
    for (int i = 0; i < waiting + RUNNING; i++) {
      arrive();
    }
    for (int i = 0; i < 10 * MOST_ANSWER; i++) {
      step();
    }
  }

  private void arrive() {
    int id = freeIds.remove();
    TestSequence sequence = TestSequence.waiting(id, PROMPT, MOST_ANSWER - arrivals++ % 15);
    byId[id] = sequence;
    scheduler.submit(sequence);
  }

  /// A plan alone; to be followed by [#complete].
  void plan() {
    plan.clear(512);
    scheduler.plan(plan);
  }

  /// Everything of a step that is not the plan.
  void complete() {
    manager.drainCopies(copies);
    copies.clear();
    results.clear();
    results.took(1_000);
    int ended = 0;
    for (int row = 0; row < plan.rows(); row++) {
      if (plan.outputs(row) == 0) {
        continue;
      }
      TestSequence sequence = byId[plan.sequence(row)];
      sequence.length++;
      boolean full = sequence.length == sequence.maxLength();
      results.set(row, 1, full ? FinishReason.LENGTH : FinishReason.NONE);
      if (full) {
        freeIds.add(sequence.id());
        ended++;
      }
    }
    scheduler.complete(plan, results);
    for (int i = 0; i < ended; i++) {
      arrive();
    }
  }

  void step() {
    plan();
    complete();
  }

  int waiting() {
    return scheduler.waiting();
  }

  /// Looks at any sequence since they were forgotten.
  long reads() {
    return sequences().mapToLong(sequence -> sequence.reads).sum();
  }

  /// Sequences that somebody looked at since then.
  long looked() {
    return sequences().filter(sequence -> sequence.reads > 0).count();
  }

  void forgetReads() {
    sequences().forEach(sequence -> sequence.reads = 0);
  }

  private Stream<TestSequence> sequences() {
    return Arrays.stream(byId).filter(Objects::nonNull);
  }
}
