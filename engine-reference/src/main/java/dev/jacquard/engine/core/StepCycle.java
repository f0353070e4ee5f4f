package dev.jacquard.engine.core;

import dev.jacquard.engine.model.ModelGraph;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One step after another: plan → copies → inputs → forward → sample → complete. With two steps in flight the next plan is made before the one before it is completed.
///
/// Has no thread of its own and allocates nothing once warm. Whatever a scheduler or block manager throws leaves this class as it is; [EngineLoop] recovers.
final class StepCycle {
  private static final int MAX_FAILURES = 3;

  private final EngineParts parts;
  private final KernelBackend backend;
  private final ModelGraph graph;
  private final KvCache kv;
  private final SequenceRegistry registry;
  private final TokenChooser chooser;
  private final EngineClock clock;
  private final EngineEvents events;
  private final StepBudget budget;
  private final BlockCopies copies = new BlockCopies();
  private final StepSlot[] slots;
  private final ArrayDeque<StepSlot> free = new ArrayDeque<>();
  private final ArrayDeque<StepSlot> inFlight = new ArrayDeque<>();
  private final int maxInFlight;
  private Mechanisms mechanisms;
  private int failures;
  private long completed;

  StepCycle(
      EngineParts parts, SequenceRegistry registry, TokenChooser chooser, Mechanisms mechanisms) {
    this.parts = parts;
    backend = parts.backend();
    graph = parts.graph();
    kv = parts.kv();
    clock = parts.clock();
    events = parts.events();
    budget = parts.budget();
    this.registry = registry;
    this.chooser = chooser;
    this.mechanisms = mechanisms;
    SchedulerLimits limits = parts.limits();
    maxInFlight = limits.maxStepsInFlight();
    StepShape shape = parts.shape();
    slots = new StepSlot[maxInFlight];
    for (int i = 0; i < maxInFlight; i++) {
      MemorySegment staging = backend.allocateStaging(StepInputs.stagingBytes(shape));
      MemorySegment blockTables = backend.allocateStaging(StepInputs.blockTableBytes(shape));
      slots[i] = new StepSlot(limits, new StepInputs(shape, staging, blockTables));
      free.add(slots[i]);
    }
  }

  /// Runs dummy steps for `most` nanoseconds at most, see [WarmUp].
  void warmUp(long most) {
    if (completed > 0 || registry.activeCount() > 0) {
      throw new IllegalStateException(
          "a warm-up comes before the first request: it overwrites KV blocks");
    }
    int blocks = mechanisms.blocks().totalBlocks(Tier.DEVICE);
    new WarmUp(parts, chooser, slots[0].inputs, blocks).run(most);
  }

  /// Does one step, or completes one; false when there was nothing to do.
  boolean step() {
    if (!inFlight.isEmpty() && inFlight.getLast().results.failed()) {
      finishOldest(); // nothing may be planned on top of a failed step
      return true;
    }
    StepSlot next = free.size() > 0 && inFlight.size() < maxInFlight ? plan() : null;
    if (next == null) {
      if (inFlight.isEmpty()) {
        return false;
      }
      finishOldest();
      return true;
    }
    if (maxInFlight > 1 && !inFlight.isEmpty()) {
      StepSlot before = inFlight.getFirst();
      finishOldest();
      if (before.results.failed()) {
        discard(next);
        return true;
      }
      resolve(next, before);
    }
    run(next);
    if (maxInFlight == 1) {
      finishOldest();
    }
    return true;
  }

  private @Nullable StepSlot plan() {
    StepSlot slot = free.removeFirst();
    StepPlan plan = slot.plan;
    plan.clear(budget.tokens());
    mechanisms.scheduler().plan(plan);
    for (int i = 0; i < plan.preemptions(); i++) {
      forgetTable(plan.preempted(i));
    }
    if (plan.rows() == 0) {
      free.addFirst(slot);
      return null;
    }
    slot.startNanos = clock.nanos();
    fill(slot);
    return slot;
  }

  private void fill(StepSlot slot) {
    StepPlan plan = slot.plan;
    StepInputs in = slot.inputs;
    StepSlot before = inFlight.peekLast();
    in.clear();
    for (int row = 0; row < plan.rows(); row++) {
      int id = plan.sequence(row);
      Sequence sequence = registry.get(id);
      slot.sequences[row] = sequence;
      if (!sequence.planned()) {
        sequence.markPlanned();
        sequence.owner().planned(slot.startNanos);
      }
      slot.tables.update(mechanisms.blocks(), id, in);
      int from = plan.firstPosition(row);
      int to = from + plan.tokenCount(row);
      in.addRow(id, to);
      for (int position = from; position < to; position++) {
        in.addToken(tokenId(sequence, position, before), position, slotOf(in, id, position));
      }
      slot.outputOf[row] = -1;
      if (plan.outputs(row) > 0) {
        slot.outputOf[row] = in.outputs();
        in.addOutput(in.tokens() - 1);
        sequence.outputPlanned();
      }
    }
  }

  private int slotOf(StepInputs in, int sequence, int position) {
    int blockSize = in.shape().blockSize();
    return in.block(sequence, position / blockSize) * blockSize + position % blockSize;
  }

  /// The token at a position, or which output of the step before it will be.
  private static int tokenId(Sequence sequence, int position, @Nullable StepSlot before) {
    if (position < sequence.length()) {
      return sequence.token(position);
    }
    if (before != null) {
      int row = before.plan.rowOf(sequence.id());
      if (row >= 0 && before.outputOf[row] >= 0) {
        return -1 - before.outputOf[row];
      }
    }
    throw new IllegalStateException(
        "the plan computes position "
            + position
            + " of sequence "
            + sequence.id()
            + ", whose token is neither known nor arriving");
  }

  /// Replaces "output r of the step before" by the token that was chosen; a row whose sequence ended meanwhile is computed with any token and discarded.
  private static void resolve(StepSlot slot, StepSlot before) {
    StepInputs in = slot.inputs;
    for (int token = 0; token < in.tokens(); token++) {
      int id = in.tokenId(token);
      if (id < 0) {
        in.resolveToken(token, before.chosen[-1 - id]);
      }
    }
  }

  /// Completes, as failed, a step that was planned on top of one that failed: its tokens never came. Its copies wait for the next step.
  private void discard(StepSlot slot) {
    slot.results.clear();
    slot.results.fail();
    inFlight.addLast(slot);
    finishOldest();
  }

  private void run(StepSlot slot) {
    inFlight.addLast(slot);
    slot.results.clear();
    try {
      mechanisms.blocks().drainCopies(copies);
      if (copies.size() > 0) {
        backend.copyBlocks(kv, copies);
        copies.clear();
      }
      graph.forward(slot.inputs, kv);
    } catch (BackendException e) {
      failed(slot, e);
    }
  }

  /// Copies that the backend did not take stay in the list for the next step.
  private void failed(StepSlot slot, BackendException e) {
    if (e.severity() == BackendException.Severity.BACKEND_LOST || ++failures >= MAX_FAILURES) {
      failures = 0;
      throw e;
    }
    slot.results.fail();
    events.stepFailed();
  }

  private void finishOldest() {
    StepSlot slot = inFlight.removeFirst();
    StepPlan plan = slot.plan;
    if (!slot.results.failed()) {
      try {
        if (!chooser.choose(slot, graph, backend)) {
          backend.synchronize(); // nothing was downloaded: the kernels may still read the inputs
        }
        failures = 0;
      } catch (BackendException e) {
        // tokens chosen before the failure stand: they were computed, and their KV will be computed
        // again
        failed(slot, e);
      }
    }
    if (slot.results.failed()) {
      settle();
    }
    for (int row = 0; row < plan.rows(); row++) {
      if (slot.outputOf[row] >= 0) {
        slot.sequences[row].outputArrived();
      }
    }
    long nanos = clock.nanos() - slot.startNanos;
    slot.results.took(nanos);
    mechanisms.scheduler().complete(plan, slot.results);
    if (!slot.results.failed()) {
      budget.took(plan.totalTokens(), nanos);
      events.stepped(plan.totalTokens(), plan.totalOutputs(), nanos);
    }
    startSiblings(slot);
    for (int row = 0; row < plan.rows(); row++) {
      Sequence sequence = slot.sequences[row];
      FinishReason finish = slot.results.finish(row);
      if (finish != FinishReason.NONE) {
        registry.ended(sequence, finish);
      }
      if (slot.outputOf[row] >= 0) {
        sequence.owner().changed();
      }
    }
    registry.reclaim(mechanisms.scheduler());
    free.addLast(slot);
    completed++;
  }

  /// Waits for what a failed step left under way: it may still read the inputs that the next one is written into. That the step failed is known already, so a wait that reports it once
  /// more is tried again; only one that returned has waited (KRN-18).
  private void settle() {
    for (int attempt = 1; ; attempt++) {
      try {
        backend.synchronize();
        return;
      } catch (BackendException e) {
        if (e.severity() == BackendException.Severity.BACKEND_LOST || attempt == MAX_FAILURES) {
          throw e;
        }
      }
    }
  }

  /// Steps that were completed so far, failed ones included.
  long completed() {
    return completed;
  }

  /// The first token of a group's first answer came with the first tokens of all: the others start beside it, sharing the prompt's blocks.
  private void startSiblings(StepSlot slot) {
    for (int row = 0; row < slot.plan.rows(); row++) {
      Sequence parent = slot.sequences[row];
      if (chooser.failedGroup(slot, row)) {
        for (int i = 1; i < parent.owner().count(); i++) {
          registry.ended(parent.owner().sequence(i), FinishReason.ERROR);
        }
      }
      if (!chooser.startedGroup(slot, row)) {
        continue;
      }
      for (int i = 1; i < parent.owner().count(); i++) {
        Sequence child = parent.owner().sequence(i);
        if (child.finish() != FinishReason.NONE) {
          registry.ended(child, child.finish());
          continue;
        }
        if (slot.results.finish(row) == FinishReason.NONE) {
          mechanisms.scheduler().fork(parent, child);
        } else {
          mechanisms.scheduler().submit(child);
        }
      }
    }
  }

  /// A sequence is about to use an id that another one used.
  void entered(int id) {
    forgetTable(id);
  }

  private void forgetTable(int id) {
    for (StepSlot slot : slots) {
      slot.tables.forget(id);
    }
  }

  int stepsInFlight() {
    return inFlight.size();
  }

  Mechanisms mechanisms() {
    return mechanisms;
  }

  /// Goes on with a fresh scheduler and manager; whatever was planned or in flight is forgotten.
  void restart(Mechanisms fresh) {
    settle();
    inFlight.clear();
    free.clear();
    // a step that was interrupted by an exception is in neither queue
    for (StepSlot slot : slots) {
      slot.plan.clear(budget.tokens());
      free.addLast(slot);
    }
    copies.clear();
    failures = 0;
    mechanisms = fresh;
  }
}
