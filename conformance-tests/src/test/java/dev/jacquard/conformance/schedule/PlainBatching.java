package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// First come, first served, on arrays: the right scheduler that mutants are made of. Each thing
/// that can be done wrongly is a method of its own.
class PlainBatching implements Scheduler {
  static final byte ABSENT = 0;
  static final byte WAITING = 1;
  static final byte SWAPPED = 2;
  static final byte RUNNING = 3;
  static final byte ENDING = 4;

  final SchedulerContext context;
  final BlockSpaceManager blocks;
  final SchedulerLimits limits;
  final byte[] state;
  final boolean[] holdsBlocks;
  final int[] planned;
  final int[] out;
  final int[] life;
  final FinishReason[] ended;
  final @Nullable SequenceView[] views;
  final IdLine queue;
  final IdLine running;
  private final int[][] lives;
  private final MetricSink.Counter dropped;
  final @Nullable RequestListener[] listeners;
  private int firstOut;
  int plansOut;
  int ending;

  PlainBatching(SchedulerContext context) {
    this.context = context;
    blocks = context.blocks();
    limits = context.limits();
    int most = limits.maxSequences();
    state = new byte[most];
    holdsBlocks = new boolean[most];
    planned = new int[most];
    out = new int[most];
    life = new int[most];
    ended = new FinishReason[most];
    views = new SequenceView[most];
    queue = new IdLine(most);
    running = new IdLine(most);
    lives = new int[limits.maxStepsInFlight()][limits.maxRunning()];
    listeners = context.listeners().toArray(new RequestListener[0]);
    dropped =
        context
            .metrics()
            .counter(
                "jacquard_listeners_dropped_total",
                "Listeners dropped because they failed",
                List.of());
  }

  SequenceView view(int id) {
    return Objects.requireNonNull(views[id], "not known");
  }

  // ----- calls -----

  @Override
  public void submit(SequenceView sequence) {
    long most = longest();
    if (wanted(sequence) > most) {
      throw new RequestRejectedException(
          StandardErrorCode.PROMPT_TOO_LONG,
          "max_tokens",
          sequence.maxLength() + " tokens, at most " + most + " fit: lower max_tokens");
    }
    enter(sequence, WAITING);
    queue.addLast(sequence.id());
    tellSubmitted(sequence);
  }

  long longest() {
    return Math.min(
        limits.maxSequenceLength(), (long) blocks.totalBlocks(Tier.DEVICE) * blocks.blockSize());
  }

  int wanted(SequenceView sequence) {
    return sequence.maxLength();
  }

  private void enter(SequenceView sequence, byte begins) {
    int id = sequence.id();
    if (state[id] != ABSENT) {
      throw new IllegalStateException("sequence " + id + " is known already");
    }
    views[id] = sequence;
    state[id] = begins;
    holdsBlocks[id] = false;
    planned[id] = 0;
    out[id] = 0;
    ended[id] = FinishReason.NONE;
    life[id]++;
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    if (!roomBeside(parent)) {
      submit(child);
      return;
    }
    enter(child, RUNNING);
    blocks.fork(parent, child);
    holdsBlocks[child.id()] = true;
    planned[child.id()] = blocks.computedTokens(child.id());
    running.addLast(child.id());
    tellSubmitted(child);
  }

  boolean roomBeside(SequenceView parent) {
    return state[parent.id()] == RUNNING && running.size() < limits.maxRunning();
  }

  @Override
  public void cancel(int sequence) {
    if (state[sequence] != ABSENT) {
      end(sequence, FinishReason.ABORTED);
    }
  }

  @Override
  public void plan(StepPlan plan) {
    housekeeping();
    planRunning(plan, true);
    planRunning(plan, false);
    if (plan.preemptions() == 0) {
      admit(plan);
    }
    launched(plan);
  }

  void housekeeping() {
    blocks.planning();
  }

  void launched(StepPlan plan) {
    if (plan.rows() == 0) {
      return;
    }
    int[] now = lives[(firstOut + plansOut++) % lives.length];
    for (int row = 0; row < plan.rows(); row++) {
      now[row] = life[plan.sequence(row)];
      out[plan.sequence(row)]++;
    }
  }

  @Override
  public void complete(StepPlan plan, StepResults results) {
    int[] then = lives[firstOut];
    firstOut = (firstOut + 1) % lives.length;
    plansOut--;
    for (int row = 0; row < plan.rows(); row++) {
      int id = plan.sequence(row);
      out[id]--;
      if (sameLife(id, then[row])) {
        if (results.failed()) {
          failed(id);
        } else {
          computed(plan, row, results);
        }
      }
      if (results.finish(row) != FinishReason.NONE && state[id] != ENDING) {
        end(id, results.finish(row));
      } else if (state[id] == ENDING) {
        leaveIfDone(id);
      }
    }
  }

  boolean sameLife(int id, int then) {
    return state[id] == RUNNING && life[id] == then;
  }

  void failed(int id) {
    planned[id] = blocks.computedTokens(id);
    life[id]++;
  }

  void computed(StepPlan plan, int row, StepResults results) {
    int id = plan.sequence(row);
    int from = plan.firstPosition(row);
    int end = from + plan.tokenCount(row);
    int to = plan.outputs(row) == 0 ? end : Math.min(end, view(id).length() - 1);
    blocks.commit(id, to);
    if (to < end) {
      blocks.truncate(id, to);
      planned[id] = to;
      life[id]++;
    }
    tellComputed(view(id), from, to, plan.totalTokens(), results.nanos());
  }

  // ----- planning -----

  void planRunning(StepPlan plan, boolean decoding) {
    int id = running.first();
    while (id >= 0 && budget(plan) > 0) {
      boolean decodes = planned[id] >= view(id).length() - 1;
      int next = running.after(id);
      if (plan.rowOf(id) < 0 && left(id) > 0 && decodes == decoding) {
        int before = running.size();
        grow(plan, id);
        next = running.size() < before ? running.first() : next;
      }
      id = next;
    }
  }

  int budget(StepPlan plan) {
    return plan.remainingTokens();
  }

  int left(int id) {
    return view(id).computable() - planned[id];
  }

  void grow(StepPlan plan, int id) {
    int count = Math.min(left(id), budget(plan));
    while (!reserve(id, planned[id] + count)) {
      int victim = running.last();
      preempt(plan, victim);
      if (victim == id) {
        return;
      }
    }
    row(plan, id, count);
  }

  boolean reserve(int id, int tokens) {
    return blocks.reserve(id, tokens) == Reservation.GRANTED;
  }

  void row(StepPlan plan, int id, int count) {
    int from = planned[id];
    plan.add(id, from, count, outputs(view(id), from, from + count));
    planned[id] = from + count;
  }

  int outputs(SequenceView view, int from, int end) {
    if (view.request().sampling().promptLogprobs() >= 0 && from < view.promptLength()) {
      return end - from;
    }
    return Math.max(0, end - Math.max(from, view.length() - 1));
  }

  void preempt(StepPlan plan, int id) {
    report(plan, id);
    running.remove(id);
    life[id]++;
    boolean swaps = giveUp(id);
    holdsBlocks[id] = swaps;
    state[id] = swaps ? SWAPPED : WAITING;
    queueAgain(id);
    tellPreempted(view(id));
  }

  void report(StepPlan plan, int id) {
    plan.preempt(id);
  }

  /// Whether the blocks are in the host tier now.
  boolean giveUp(int id) {
    if (context.preemption() == PreemptionMode.SWAP && blocks.swapOut(id) == Reservation.GRANTED) {
      return true;
    }
    blocks.release(id, ReleaseReason.PREEMPTED);
    return false;
  }

  void queueAgain(int id) {
    queue.addFirst(id);
  }

  void admit(StepPlan plan) {
    while (budget(plan) > 0
        && plan.remainingRows() > 0
        && running.size() < limits.maxRunning()
        && queue.size() > 0) {
      int id = nextWaiting();
      if (id < 0 || out[id] > 0 || !admitted(plan, id)) {
        return;
      }
      queue.remove(id);
      running.addLast(id);
      state[id] = RUNNING;
      holdsBlocks[id] = true;
      planned[id] = start(id);
      int count = Math.min(left(id), budget(plan));
      if (count > 0 && reserve(id, planned[id] + count)) {
        row(plan, id, count);
      }
    }
  }

  int nextWaiting() {
    return queue.first();
  }

  boolean admitted(StepPlan plan, int id) {
    boolean others = running.size() > 0;
    if (state[id] == SWAPPED) {
      return blocks.swapIn(id, others) == Reservation.GRANTED;
    }
    int tokens = Math.min(view(id).computable(), blocks.peek(view(id)) + budget(plan));
    return blocks.admit(view(id), tokens, others) == Reservation.GRANTED;
  }

  int start(int id) {
    return blocks.computedTokens(id);
  }

  // ----- ends -----

  void end(int id, FinishReason reason) {
    if (state[id] == ENDING) {
      return;
    }
    if (state[id] == RUNNING) {
      running.remove(id);
    } else {
      queue.remove(id);
    }
    state[id] = ENDING;
    ended[id] = reason;
    ending++;
    tellFinished(view(id), reason);
    leaveIfDone(id);
  }

  void leaveIfDone(int id) {
    if (out[id] > 0) {
      return;
    }
    if (holdsBlocks[id]) {
      blocks.release(
          id, ended[id] == FinishReason.ABORTED ? ReleaseReason.CANCELLED : ReleaseReason.FINISHED);
    }
    ending--;
    state[id] = ABSENT;
    views[id] = null;
  }

  @Override
  public boolean holds(int sequence) {
    return state[sequence] != ABSENT;
  }

  @Override
  public int waiting() {
    return queue.size();
  }

  @Override
  public int running() {
    return running.size() + ending;
  }

  @Override
  public void close() {
    for (int id = 0; id < state.length; id++) {
      if (state[id] != ABSENT && holdsBlocks[id]) {
        blocks.release(id, ReleaseReason.CANCELLED);
      }
      state[id] = ABSENT;
    }
  }

  // ----- listeners -----

  void tellSubmitted(SequenceView sequence) {
    for (int i = 0; i < listeners.length; i++) {
      try {
        listener(i).submitted(sequence);
      } catch (RuntimeException e) {
        drop(i, e);
      }
    }
  }

  void tellComputed(SequenceView sequence, int from, int to, int tokens, long nanos) {
    for (int i = 0; i < listeners.length; i++) {
      try {
        listener(i).computed(sequence, from, to, tokens, nanos);
      } catch (RuntimeException e) {
        drop(i, e);
      }
    }
  }

  void tellPreempted(SequenceView sequence) {
    for (int i = 0; i < listeners.length; i++) {
      try {
        listener(i).preempted(sequence);
      } catch (RuntimeException e) {
        drop(i, e);
      }
    }
  }

  void tellFinished(SequenceView sequence, FinishReason reason) {
    for (int i = 0; i < listeners.length; i++) {
      try {
        listener(i).finished(sequence, reason);
      } catch (RuntimeException e) {
        drop(i, e);
      }
    }
  }

  private RequestListener listener(int index) {
    RequestListener listener = listeners[index];
    return listener == null ? NOBODY : listener;
  }

  void drop(int index, RuntimeException cause) {
    listeners[index] = null;
    dropped.add(1);
  }

  private static final RequestListener NOBODY = new RequestListener() {};
}
