package dev.jacquard.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveBlockSpaceManager;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.engine.metrics.PrometheusMetrics;
import dev.jacquard.engine.policy.FcfsScheduling;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/// A scheduler over the kit's naive blocks, whose steps the test plans and completes one by one.
final class Bench {
  static final int BLOCK_SIZE = 4;

  /// What a test chooses.
  ///
  /// @param blocks device blocks of four tokens
  /// @param hostBlocks with some, preemption swaps
  record Setup(
      int blocks,
      int hostBlocks,
      int maxRunning,
      int stepTokens,
      int stepsInFlight,
      SchedulingPolicy policy) {
    static Setup of(int blocks, int maxRunning, int stepTokens) {
      return new Setup(blocks, 0, maxRunning, stepTokens, 1, new FcfsScheduling());
    }

    Setup policy(SchedulingPolicy other) {
      return new Setup(blocks, hostBlocks, maxRunning, stepTokens, stepsInFlight, other);
    }

    Setup inFlight(int steps) {
      return new Setup(blocks, hostBlocks, maxRunning, stepTokens, steps, policy);
    }

    Setup host(int number) {
      return new Setup(blocks, number, maxRunning, stepTokens, stepsInFlight, policy);
    }
  }

  /// One row of a plan, for comparisons.
  record Row(int sequence, int first, int count, int outputs) {}

  final ManualClock clock = new ManualClock();
  final PrometheusMetrics metrics = new PrometheusMetrics();
  final BlockSpaceManager blocks;
  final ContinuousBatchingScheduler scheduler;
  final List<String> heard = new ArrayList<>();
  private final SchedulerLimits limits;
  private final Map<Integer, TestSequence> sequences = new HashMap<>();
  private final Deque<StepPlan> out = new ArrayDeque<>();
  private long serial;

  /// Tokens of the next plans, at most those of the setup.
  int budget = Integer.MAX_VALUE;

  Bench(Setup setup) {
    limits =
        new SchedulerLimits(
            64, setup.maxRunning, setup.stepTokens, setup.stepsInFlight, BLOCK_SIZE * setup.blocks);
    blocks =
        new NaiveBlockSpaceManager(
            NaiveBlockSpaceContext.of(BLOCK_SIZE, setup.blocks, clock)
                .withHost(setup.hostBlocks)
                .withRules(0, true),
            new LruEviction(setup.blocks, setup.hostBlocks));
    NaiveSchedulerContext context =
        new NaiveSchedulerContext(
            blocks,
            limits,
            setup.hostBlocks > 0 ? PreemptionMode.SWAP : PreemptionMode.RECOMPUTE,
            clock,
            metrics,
            new SplittableRandom(1),
            List.of(new Ear()),
            PluginInstance.NOTHING_SHARED);
    scheduler = new ContinuousBatchingScheduler(context, setup.policy);
  }

  private final class Ear implements RequestListener {
    @Override
    public void preempted(dev.jacquard.spi.request.SequenceView sequence) {
      heard.add("preempted " + sequence.id());
    }

    @Override
    public void finished(dev.jacquard.spi.request.SequenceView sequence, FinishReason reason) {
      heard.add(reason + " " + sequence.id());
    }
  }

  /// Submits a sequence with a prompt of its own.
  TestSequence submit(int id, int promptLength, int maxTokens) {
    return submit(id, 0, promptLength, maxTokens);
  }

  TestSequence submit(int id, int priority, int promptLength, int maxTokens) {
    TestSequence sequence =
        new TestSequence(
            id,
            NaiveRequests.of(++serial, clock.nanos(), priority, ""),
            promptLength,
            promptLength + maxTokens);
    sequences.put(id, sequence);
    scheduler.submit(sequence);
    return sequence;
  }

  TestSequence fork(TestSequence parent, int id) {
    TestSequence child = parent.fork(id);
    sequences.put(id, child);
    scheduler.fork(parent, child);
    return child;
  }

  /// Plans a step; what it computes is on its way from now on.
  List<Row> plan() {
    StepPlan plan = new StepPlan(limits);
    plan.clear(budget);
    scheduler.plan(plan);
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < plan.rows(); row++) {
      rows.add(
          new Row(
              plan.sequence(row),
              plan.firstPosition(row),
              plan.tokenCount(row),
              plan.outputs(row)));
      if (plan.outputs(row) > 0) {
        sequence(plan.sequence(row)).arriving++;
      }
    }
    if (plan.rows() > 0) {
      out.add(plan);
    }
    blocks.drainCopies(new dev.jacquard.spi.block.BlockCopies());
    return rows;
  }

  private TestSequence sequence(int id) {
    return Objects.requireNonNull(sequences.get(id), "a row of a sequence that ended");
  }

  /// Completes the oldest plan; sequences in `ends` end with it.
  void complete(Integer... ends) {
    complete(false, List.of(ends));
  }

  void completeFailed() {
    complete(true, List.of());
  }

  private void complete(boolean failed, List<Integer> ends) {
    StepPlan plan = out.remove();
    StepResults results = new StepResults(limits);
    results.clear();
    if (failed) {
      results.fail();
    }
    clock.advance(1_000_000);
    results.took(1_000_000);
    for (int row = 0; row < plan.rows(); row++) {
      int id = plan.sequence(row);
      TestSequence sequence = sequences.get(id);
      if (plan.outputs(row) == 0 || sequence == null) {
        continue; // no token, or nobody who wants it any more
      }
      sequence.arriving--;
      if (failed) {
        continue;
      }
      sequence.length++;
      boolean full = sequence.length == sequence.maxLength();
      FinishReason finish =
          ends.contains(id) ? FinishReason.STOP : full ? FinishReason.LENGTH : FinishReason.NONE;
      results.set(row, 1, finish);
      if (finish != FinishReason.NONE) {
        sequences.remove(id);
      }
    }
    scheduler.complete(plan, results);
  }

  /// Ends a sequence from outside.
  void cancel(int id) {
    sequences.remove(id);
    scheduler.cancel(id);
  }

  /// One step.
  List<Row> step(Integer... ends) {
    List<Row> rows = plan();
    if (!rows.isEmpty()) {
      complete(ends);
    }
    return rows;
  }

  /// Steps until everybody ended; fails when that takes more than `most` steps.
  int finish(int most) {
    int steps = 0;
    while (scheduler.waiting() + scheduler.running() > 0) {
      step();
      if (++steps > most) {
        throw new AssertionError(scheduler.waiting() + " wait, " + scheduler.running() + " run");
      }
    }
    assertNothingHeld();
    return steps;
  }

  void assertNothingHeld() {
    for (Tier tier : Tier.values()) {
      assertEquals(blocks.totalBlocks(tier), blocks.availableBlocks(tier), tier + " blocks");
    }
  }

  double metric(String name) {
    return metrics
        .text()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }
}
