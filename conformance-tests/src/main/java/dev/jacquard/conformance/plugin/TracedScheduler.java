package dev.jacquard.conformance.plugin;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A scheduler, and what it and its manager decided, step by step.
final class TracedScheduler implements Scheduler {
  private final Scheduler to;
  private final BlockSpaceManager blocks;
  private final List<String> trace = new ArrayList<>();

  TracedScheduler(Scheduler to, BlockSpaceManager blocks) {
    this.to = to;
    this.blocks = blocks;
  }

  /// One line for each plan.
  List<String> trace() {
    return List.copyOf(trace);
  }

  @Override
  public void plan(StepPlan plan) {
    to.plan(plan);
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < plan.preemptions(); i++) {
      line.append("preempts ").append(plan.preempted(i)).append(", ");
    }
    for (int row = 0; row < plan.rows(); row++) {
      int first = plan.firstPosition(row);
      line.append("sequence ").append(plan.sequence(row)).append(" from ").append(first);
      line.append(" to ").append(first + plan.tokenCount(row));
      line.append(" in blocks ").append(table(plan.sequence(row))).append(", ");
    }
    line.append(blocks.cachedBlocks(Tier.DEVICE)).append(" blocks cached");
    trace.add(line.toString());
  }

  private String table(int sequence) {
    int entries = blocks.tableLength(sequence);
    if (entries == 0) {
      return "[]";
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(ValueLayout.JAVA_INT, entries);
      blocks.copyTable(sequence, 0, entries, into, 0);
      return Arrays.toString(into.toArray(ValueLayout.JAVA_INT));
    }
  }

  @Override
  public void submit(SequenceView sequence) {
    to.submit(sequence);
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    to.fork(parent, child);
  }

  @Override
  public void cancel(int sequence) {
    to.cancel(sequence);
  }

  @Override
  public void complete(StepPlan plan, StepResults results) {
    to.complete(plan, results);
  }

  @Override
  public boolean holds(int sequence) {
    return to.holds(sequence);
  }

  @Override
  public int waiting() {
    return to.waiting();
  }

  @Override
  public int running() {
    return to.running();
  }

  @Override
  public void close() {
    to.close();
  }
}
