package dev.jacquard.engine.core;

import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;

/// Everything one step in flight needs, allocated once. Nothing of it is rewritten before the step that used it was waited for.
final class StepSlot {
  final StepPlan plan;
  final StepInputs inputs;
  final TableWriter tables;
  final StepResults results;

  /// Sequence of each row, kept because an id may have ended meanwhile.
  final Sequence[] sequences;

  /// Output of each row, -1 for none.
  final int[] outputOf;

  /// Token chosen for each output; what "output r of the step before" stands for.
  final int[] chosen;

  long startNanos;

  StepSlot(SchedulerLimits limits, StepInputs inputs) {
    plan = new StepPlan(limits);
    results = new StepResults(limits);
    this.inputs = inputs;
    tables = new TableWriter(inputs.shape());
    sequences = new Sequence[limits.maxRunning()];
    outputOf = new int[limits.maxRunning()];
    chosen = new int[inputs.shape().maxOutputs()];
  }
}
