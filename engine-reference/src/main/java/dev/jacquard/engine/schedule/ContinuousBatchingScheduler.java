package dev.jacquard.engine.schedule;

import static dev.jacquard.engine.schedule.SequenceTable.ABSENT;
import static dev.jacquard.engine.schedule.SequenceTable.ENDING;
import static dev.jacquard.engine.schedule.SequenceTable.RUNNING;
import static dev.jacquard.engine.schedule.SequenceTable.SWAPPED;
import static dev.jacquard.engine.schedule.SequenceTable.WAITING;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import dev.jacquard.spi.schedule.WaitReason;

/// Continuous batching with chunked prefill (Orca, Yu et al. 2022; Sarathi, Agrawal et al. 2023): one token budget a step, decoding sequences first, then prefills that are under
/// way, then new ones. There are no phases: a sequence is planned from where it is to where its tokens are known.
///
/// When blocks run out a victim gives its blocks up and waits again; nobody is admitted in a plan that preempted. The policy chooses; budgets, blocks and token order are kept
/// here. Engine thread only.
public final class ContinuousBatchingScheduler implements Scheduler {
  private final BlockSpaceManager blocks;
  private final SchedulerLimits limits;
  private final SchedulerContext context;
  private final GuardedSchedulingPolicy policy;
  private final SchedulerEvents events;
  private final SequenceTable table;
  private final RunningSet running;
  private final PlansInFlight inFlight;
  private final StepView view;
  private int waiting;
  private int ending;
  private long planNumber;
  private boolean preemptedInPlan;

  /// Batches the sequences of one engine by `policy`.
  public ContinuousBatchingScheduler(SchedulerContext context, SchedulingPolicy policy) {
    this.context = context;
    blocks = context.blocks();
    limits = context.limits();
    table = new SequenceTable(limits.maxSequences());
    running = new RunningSet(limits.maxRunning());
    view = new StepView(blocks, running, new StepPlan(limits));
    inFlight = new PlansInFlight(limits);
    events = new SchedulerEvents(context);
    this.policy = new GuardedSchedulingPolicy(policy, table::queue, context.metrics());
  }

  @Override
  public void submit(SequenceView sequence) {
    long capacity = (long) blocks.totalBlocks(Tier.DEVICE) * blocks.blockSize();
    if (sequence.maxLength() > Math.min(capacity, limits.maxSequenceLength())) {
      throw new RequestRejectedException(
          StandardErrorCode.PROMPT_TOO_LONG,
          "max_tokens",
          "prompt and max_tokens make "
              + sequence.maxLength()
              + " tokens; a sequence can have "
              + Math.min(capacity, limits.maxSequenceLength())
              + ": shorten the prompt, lower max_tokens, or give the engine more KV blocks");
    }
    table.enter(sequence, WAITING);
    waiting++;
    events.submitted(sequence);
    policy.waiting(sequence, WaitReason.NEW);
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    if (table.state[parent.id()] != RUNNING || running.full()) {
      // no blocks to share, or no room to run beside the parent: the child queues and finds its
      // prompt in the cache
      table.enter(child, WAITING);
      waiting++;
      events.submitted(child);
      policy.waiting(child, WaitReason.NEW);
      return;
    }
    table.enter(child, RUNNING);
    blocks.fork(parent, child);
    table.holdsBlocks[child.id()] = true;
    table.planned[child.id()] = blocks.computedTokens(child.id());
    running.add(child.id());
    events.submitted(child);
    policy.forked(parent, child);
  }

  @Override
  public void cancel(int sequence) {
    if (sequence >= 0 && sequence < table.size() && table.state[sequence] != ABSENT) {
      end(sequence, FinishReason.ABORTED);
    }
  }

  @Override
  public void plan(StepPlan plan) {
    planNumber++;
    preemptedInPlan = false;
    view.begin(plan, context.clock().nanos());
    blocks.planning();
    policy.planning(view);
    planDecodes(plan);
    planPrefills(plan);
    if (!preemptedInPlan) {
      admit(plan);
    }
    if (plan.rows() > 0) {
      for (int row = 0; row < plan.rows(); row++) {
        table.inFlight[plan.sequence(row)]++;
      }
      inFlight.push(plan, table.life);
    }
  }

  private int left(int sequence) {
    return table.view(sequence).computable() - table.planned[sequence];
  }

  private void planDecodes(StepPlan plan) {
    int i = 0;
    while (i < running.size() && plan.remainingTokens() > 0) {
      int sequence = running.get(i);
      int before = running.size();
      if (left(sequence) == 1 && plan.rowOf(sequence) < 0) {
        grow(plan, sequence);
      }
      // whoever was preempted left the list: start over, rows that stand are skipped
      i = running.size() == before ? i + 1 : 0;
    }
  }

  private void planPrefills(StepPlan plan) {
    boolean asking = true;
    int next = 0;
    while (plan.remainingTokens() > 0) {
      int sequence = asking ? policy.nextPrefill(view) : -1;
      if (sequence == -1) {
        asking = false;
        while (next < running.size() && !prefilling(plan, running.get(next))) {
          next++;
        }
        if (next == running.size()) {
          return;
        }
        sequence = running.get(next);
      } else if (sequence < 0
          || sequence >= table.size()
          || table.state[sequence] != RUNNING
          || !prefilling(plan, sequence)) {
        policy.replace(
            "nextPrefill named sequence " + sequence + ", which has nothing to prefill",
            new IllegalStateException());
        asking = false;
        continue;
      }
      table.askedInPlan[sequence] = planNumber;
      int before = running.size();
      grow(plan, sequence);
      if (running.size() != before) {
        next = 0; // whoever was preempted left the list; rows that stand are skipped
      }
    }
  }

  private boolean prefilling(StepPlan plan, int sequence) {
    return left(sequence) > 0
        && plan.rowOf(sequence) < 0
        && table.askedInPlan[sequence] != planNumber;
  }

  /// Plans as much of a running sequence as budget and blocks allow, preempting if need be: itself, when nobody else is left.
  private void grow(StepPlan plan, int sequence) {
    int from = table.planned[sequence];
    int count = Math.min(left(sequence), plan.remainingTokens());
    while (true) {
      Reservation answer = blocks.reserve(sequence, from + count);
      if (answer == Reservation.GRANTED) {
        addRow(plan, sequence, from, count);
        return;
      }
      if (answer == Reservation.NEVER) {
        end(sequence, FinishReason.ERROR); // nobody's blocks would help
        return;
      }
      int victim = policy.victim(view, sequence);
      if (victim < -1
          || victim >= table.size()
          || (victim >= 0 && table.state[victim] != RUNNING)) {
        policy.replace(
            "victim named sequence " + victim + ", which does not run",
            new IllegalStateException());
        victim = -1;
      }
      if (victim < 0) {
        victim = running.get(running.size() - 1);
      }
      preempt(plan, victim);
      if (victim == sequence) {
        return;
      }
      count = Math.min(left(sequence), plan.remainingTokens());
    }
  }

  private void addRow(StepPlan plan, int sequence, int from, int count) {
    boolean last = from + count == table.view(sequence).computable();
    plan.add(sequence, from, count, last ? 1 : 0);
    table.planned[sequence] = from + count;
  }

  private void preempt(StepPlan plan, int victim) {
    SequenceView sequence = table.view(victim);
    int row = plan.rowOf(victim);
    if (row >= 0) {
      table.planned[victim] = plan.firstPosition(row);
    }
    plan.preempt(victim);
    preemptedInPlan = true;
    running.remove(victim);
    table.commitLater[victim] = 0;
    boolean swapped =
        context.preemption() == PreemptionMode.SWAP
            && blocks.swapOut(victim) == Reservation.GRANTED;
    if (!swapped) {
      blocks.release(victim, ReleaseReason.PREEMPTED);
      table.holdsBlocks[victim] = false;
      table.life[victim]++;
      table.planned[victim] = 0;
    }
    table.state[victim] = swapped ? SWAPPED : WAITING;
    waiting++;
    events.preempted(sequence, swapped);
    policy.waiting(sequence, swapped ? WaitReason.SWAPPED : WaitReason.RECOMPUTE);
  }

  private void admit(StepPlan plan) {
    while (plan.remainingTokens() > 0 && plan.remainingRows() > 0 && !running.full()) {
      int sequence = policy.nextWaiting(view);
      if (sequence == -1) {
        return;
      }
      if (sequence < 0
          || sequence >= table.size()
          || (table.state[sequence] != WAITING && table.state[sequence] != SWAPPED)) {
        policy.replace(
            "nextWaiting named sequence " + sequence + ", which does not wait",
            new IllegalStateException());
        continue;
      }
      if (table.askedInPlan[sequence] == planNumber) {
        if (!policy.healthy()) {
          return; // the default, in office since this plan, cannot know who was answered LATER in
          // it
        }
        policy.replace(
            "nextWaiting named sequence " + sequence + ", which was answered LATER in this plan",
            new IllegalStateException());
        continue;
      }
      Reservation answer =
          table.state[sequence] == SWAPPED ? swapIn(sequence) : admitNew(plan, sequence);
      switch (answer) {
        case GRANTED -> {
          waiting--;
          table.state[sequence] = RUNNING;
          table.holdsBlocks[sequence] = true;
          running.add(sequence);
          policy.answered(sequence, answer);
          resume(plan, sequence);
        }
        case LATER -> {
          table.askedInPlan[sequence] = planNumber;
          policy.answered(sequence, answer);
        }
        case NEVER -> {
          policy.answered(sequence, answer);
          end(sequence, FinishReason.ERROR);
        }
      }
    }
  }

  private Reservation admitNew(StepPlan plan, int sequence) {
    SequenceView candidate = table.view(sequence);
    int cached = blocks.peek(candidate);
    int tokens = Math.min(cached + plan.remainingTokens(), candidate.computable());
    Reservation answer = blocks.admit(candidate, tokens, running.size() > 0);
    if (answer == Reservation.GRANTED) {
      table.planned[sequence] = blocks.computedTokens(sequence);
    }
    return answer;
  }

  private Reservation swapIn(int sequence) {
    Reservation answer = blocks.swapIn(sequence, running.size() > 0);
    if (answer == Reservation.GRANTED && table.commitLater[sequence] > 0) {
      blocks.commit(sequence, table.commitLater[sequence]);
      table.commitLater[sequence] = 0;
    }
    return answer;
  }

  /// Gives a sequence that was just admitted its first row; without preempting anybody for it.
  private void resume(StepPlan plan, int sequence) {
    int from = table.planned[sequence];
    int count = Math.min(left(sequence), plan.remainingTokens());
    if (count > 0 && blocks.reserve(sequence, from + count) == Reservation.GRANTED) {
      addRow(plan, sequence, from, count);
    }
  }

  @Override
  public void complete(StepPlan plan, StepResults results) {
    int[] lives = inFlight.pop();
    for (int row = 0; row < plan.rows(); row++) {
      int sequence = plan.sequence(row);
      table.inFlight[sequence]--;
      if (table.state[sequence] == ENDING) {
        leaveIfDone(sequence);
        continue;
      }
      boolean sameLife = table.life[sequence] == lives[row];
      if (sameLife) {
        computed(plan, row, results);
      }
      FinishReason finish = results.finish(row);
      if (finish != FinishReason.NONE) {
        end(sequence, finish);
      }
    }
    if (!results.failed()) {
      policy.stepped(plan.totalTokens(), results.nanos());
    }
  }

  private void computed(StepPlan plan, int row, StepResults results) {
    int sequence = plan.sequence(row);
    int from = plan.firstPosition(row);
    int to = from + plan.tokenCount(row);
    if (results.failed()) {
      table.planned[sequence] = Math.min(table.planned[sequence], from);
    } else if (table.state[sequence] == SWAPPED) {
      // the row's KV was written before its blocks were copied out, since the stream is in order
      table.commitLater[sequence] = to;
      events.computed(table.view(sequence), from, to, plan.totalTokens(), results.nanos());
    } else {
      blocks.commit(sequence, to);
      policy.computed(table.view(sequence), from, to);
      events.computed(table.view(sequence), from, to, plan.totalTokens(), results.nanos());
    }
  }

  private void end(int sequence, FinishReason reason) {
    byte state = table.state[sequence];
    if (state == ENDING) {
      return;
    }
    SequenceView view = table.view(sequence);
    // before anybody is told: a policy that fails at this must not be replaced by one that hears
    // the sequence waits
    table.state[sequence] = ENDING;
    switch (state) {
      case WAITING, SWAPPED -> {
        waiting--;
        policy.gone(sequence);
      }
      default -> {
        running.remove(sequence);
        policy.finished(view, reason);
      }
    }
    events.finished(view, reason);
    table.ending[sequence] = reason;
    ending++;
    leaveIfDone(sequence);
  }

  private void leaveIfDone(int sequence) {
    if (table.inFlight[sequence] > 0) {
      return;
    }
    if (table.holdsBlocks[sequence]) {
      blocks.release(sequence, table.releaseReason(sequence));
    }
    ending--;
    table.leave(sequence);
  }

  @Override
  public boolean holds(int sequence) {
    return table.state[sequence] != ABSENT;
  }

  @Override
  public int waiting() {
    return waiting;
  }

  @Override
  public int running() {
    return running.size() + ending;
  }

  @Override
  public void close() {
    for (int sequence = 0; sequence < table.size(); sequence++) {
      table.inFlight[sequence] = 0;
      if (table.state[sequence] == ENDING) {
        leaveIfDone(sequence);
      } else if (table.state[sequence] != ABSENT) {
        end(sequence, FinishReason.ABORTED);
      }
    }
  }
}
