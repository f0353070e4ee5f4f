package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Continuous batching in its plainest form. A plan: `policy.planning`; a row for every running
/// sequence that decodes, in order of admission; prefills as `nextPrefill` says; then, if nobody
/// was preempted, admissions as `nextWaiting` says, each with a first row. What runs short of
/// blocks asks for victims until its reservation is granted or it was its own victim.
///
/// What it decides where the contract leaves room:
/// - A preempted sequence starts another *life*: rows of an earlier life are neither committed nor
///   reported as computed, but the tokens they brought stay. It is not admitted again in the same
///   plan, nor while a row of it is out.
/// - A failed step takes its sequences back to what is committed.
/// - A child that finds no room to run, or a parent without blocks, waits like a new sequence.
/// - `complete` tells the policy, row by row, `computed` then `finished`; `stepped` comes last.
///   Listeners hear after the policy.
/// - A policy that answers nonsense makes it throw: here policies are judged, not replaced.
public final class NaiveScheduler implements Scheduler {
  private static final class Entry {
    final SequenceView view;
    @Nullable FinishReason ended;
    boolean running;
    boolean swapped;
    boolean holdsBlocks;
    int planned;
    int out;
    int life;

    Entry(SequenceView view) {
      this.view = view;
    }

    int id() {
      return view.id();
    }

    int left() {
      return view.computable() - planned;
    }

    boolean prefilling() {
      return planned < view.length() - 1;
    }
  }

  private final class View implements PlanView {
    @Nullable StepPlan plan;
    long now;

    @Override
    public long now() {
      return now;
    }

    @Override
    public int remainingTokens() {
      return Objects.requireNonNull(plan, "asked outside a plan").remainingTokens();
    }

    @Override
    public int running() {
      return running.size();
    }

    @Override
    public int availableBlocks() {
      return blocks.availableBlocks(Tier.DEVICE);
    }

    @Override
    public int cachedTokens(SequenceView sequence) {
      return blocks.peek(sequence);
    }
  }

  private static final System.Logger LOG = System.getLogger(NaiveScheduler.class.getName());
  private static final String DROPPED = "jacquard_listeners_dropped_total";

  private final NaiveSchedulerContext context;
  private final BlockSpaceManager blocks;
  private final SchedulingPolicy policy;
  private final Map<Integer, Entry> known = new HashMap<>();
  private final List<Entry> running = new ArrayList<>();
  private final Deque<Map<Integer, Integer>> out = new ArrayDeque<>();
  private final View view = new View();
  private final Set<Integer> refused = new HashSet<>();
  private final List<RequestListener> listeners;

  /// A scheduler that `policy` guides.
  public NaiveScheduler(NaiveSchedulerContext context, SchedulingPolicy policy) {
    this.context = context;
    this.policy = policy;
    blocks = context.blocks();
    listeners = new ArrayList<>(context.listeners());
  }

  @Override
  public void submit(SequenceView sequence) {
    int capacity = blocks.totalBlocks(Tier.DEVICE) * blocks.blockSize();
    if (sequence.maxLength() > Math.min(capacity, context.limits().maxSequenceLength())) {
      throw new RequestRejectedException(
          StandardErrorCode.PROMPT_TOO_LONG,
          "max_tokens",
          "a sequence of up to "
              + sequence.maxLength()
              + " tokens can never run: at most "
              + Math.min(capacity, context.limits().maxSequenceLength())
              + " fit; shorten the prompt or lower max_tokens");
    }
    if (known.containsKey(sequence.id())) {
      throw new IllegalStateException("sequence " + sequence.id() + " is known already");
    }
    known.put(sequence.id(), new Entry(sequence));
    policy.waiting(sequence, WaitReason.NEW);
    tell(l -> l.submitted(sequence));
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    Entry from = known.get(parent.id());
    if (from == null || !from.running || running.size() >= context.limits().maxRunning()) {
      submit(child);
      return;
    }
    if (known.containsKey(child.id())) {
      throw new IllegalStateException("sequence " + child.id() + " is known already");
    }
    Entry entry = new Entry(child);
    known.put(child.id(), entry);
    blocks.fork(parent, child);
    run(entry);
    policy.forked(parent, child);
    tell(l -> l.submitted(child));
  }

  @Override
  public void cancel(int sequence) {
    Entry entry = known.get(sequence);
    if (entry != null) {
      end(entry, FinishReason.ABORTED);
    }
  }

  @Override
  public void plan(StepPlan plan) {
    if (out.size() == context.limits().maxStepsInFlight()) {
      throw new IllegalStateException(out.size() + " plans are out already, the limit");
    }
    view.plan = plan;
    view.now = context.clock().nanos();
    refused.clear();
    blocks.planning();
    policy.planning(view);
    for (Entry entry : List.copyOf(running)) {
      if (entry.running && entry.left() > 0 && !entry.prefilling()) {
        row(plan, entry);
      }
    }
    prefill(plan);
    if (plan.preemptions() == 0) {
      admit(plan);
    }
    if (plan.rows() > 0) {
      Map<Integer, Integer> lives = new HashMap<>();
      for (int row = 0; row < plan.rows(); row++) {
        Entry entry = entry(plan.sequence(row));
        entry.out++;
        lives.put(entry.id(), entry.life);
      }
      out.add(lives);
    }
  }

  private void prefill(StepPlan plan) {
    Set<Integer> asked = new HashSet<>();
    while (plan.remainingTokens() > 0 && plan.remainingRows() > 0) {
      List<Entry> candidates =
          running.stream()
              .filter(e -> e.prefilling() && plan.rowOf(e.id()) < 0 && !asked.contains(e.id()))
              .toList();
      if (candidates.isEmpty()) {
        return;
      }
      int answer = policy.nextPrefill(view);
      Entry chosen = answer == -1 ? candidates.getFirst() : known.get(answer);
      if (chosen == null || !candidates.contains(chosen)) {
        throw new IllegalStateException(
            "nextPrefill answered sequence "
                + answer
                + ", which has nothing to prefill in this plan");
      }
      asked.add(chosen.id());
      row(plan, chosen);
    }
  }

  private void admit(StepPlan plan) {
    while (plan.remainingTokens() > 0
        && plan.remainingRows() > 0
        && running.size() < context.limits().maxRunning()) {
      int answer = policy.nextWaiting(view);
      if (answer == -1) {
        return;
      }
      Entry entry = known.get(answer);
      if (entry == null || entry.running || entry.ended != null || refused.contains(answer)) {
        throw new IllegalStateException(
            "nextWaiting answered sequence "
                + answer
                + (refused.contains(answer) ? ", refused in this plan" : ", which does not wait"));
      }
      Reservation reservation = admission(plan, entry);
      if (reservation == Reservation.GRANTED) {
        run(entry);
      }
      policy.answered(answer, reservation);
      switch (reservation) {
        case GRANTED -> firstRow(plan, entry);
        case LATER -> refused.add(answer);
        case NEVER -> end(entry, FinishReason.ERROR);
      }
    }
  }

  private Reservation admission(StepPlan plan, Entry entry) {
    boolean othersRunning = !running.isEmpty();
    if (entry.out > 0) {
      return Reservation.LATER;
    }
    if (entry.swapped) {
      return blocks.swapIn(entry.id(), othersRunning);
    }
    int cached = blocks.peek(entry.view);
    int count = Math.min(entry.view.computable() - cached, plan.remainingTokens());
    return blocks.admit(entry.view, cached + count, othersRunning);
  }

  private void run(Entry entry) {
    entry.running = true;
    entry.swapped = false;
    entry.holdsBlocks = true;
    entry.planned = blocks.computedTokens(entry.id());
    running.add(entry);
  }

  /// The row of a sequence that was just admitted; nobody is preempted for it.
  private void firstRow(StepPlan plan, Entry entry) {
    int count = Math.min(entry.left(), plan.remainingTokens());
    if (count > 0 && blocks.reserve(entry.id(), entry.planned + count) == Reservation.GRANTED) {
      add(plan, entry, count);
    }
  }

  private void row(StepPlan plan, Entry entry) {
    int count = Math.min(entry.left(), plan.remainingTokens());
    if (count < 1 || plan.remainingRows() < 1) {
      return;
    }
    while (blocks.reserve(entry.id(), entry.planned + count) != Reservation.GRANTED) {
      int answer = policy.victim(view, entry.id());
      Entry victim = answer == -1 ? running.getLast() : known.get(answer);
      if (victim == null || !victim.running) {
        throw new IllegalStateException(
            "victim answered sequence " + answer + ", which does not run");
      }
      preempt(plan, victim);
      if (victim == entry) {
        return;
      }
    }
    add(plan, entry, count);
  }

  private static void add(StepPlan plan, Entry entry, int count) {
    int end = entry.planned + count;
    boolean prompt = entry.view.request().sampling().promptLogprobs() >= 0;
    int outputs =
        prompt && entry.planned < entry.view.promptLength()
            ? count
            : Math.max(0, end - Math.max(entry.planned, entry.view.length() - 1));
    plan.add(entry.id(), entry.planned, count, outputs);
    entry.planned = end;
  }

  private void preempt(StepPlan plan, Entry victim) {
    plan.preempt(victim.id());
    running.remove(victim);
    victim.running = false;
    victim.life++;
    victim.swapped =
        context.preemption() == PreemptionMode.SWAP
            && blocks.swapOut(victim.id()) == Reservation.GRANTED;
    if (!victim.swapped) {
      blocks.release(victim.id(), ReleaseReason.PREEMPTED);
      victim.holdsBlocks = false;
    }
    policy.waiting(victim.view, victim.swapped ? WaitReason.SWAPPED : WaitReason.RECOMPUTE);
    tell(l -> l.preempted(victim.view));
  }

  @Override
  public void complete(StepPlan plan, StepResults results) {
    Map<Integer, Integer> lives = out.remove();
    for (int row = 0; row < plan.rows(); row++) {
      Entry entry = entry(plan.sequence(row));
      entry.out--;
      if (entry.running && Objects.equals(lives.get(entry.id()), entry.life)) {
        settle(entry, plan, row, results);
      }
      if (results.finish(row) != FinishReason.NONE) {
        end(entry, results.finish(row));
      }
      forgetIfDone(entry);
    }
    if (!results.failed()) {
      policy.stepped(plan.totalTokens(), results.nanos());
    }
  }

  private void settle(Entry entry, StepPlan plan, int row, StepResults results) {
    int from = plan.firstPosition(row);
    int end = from + plan.tokenCount(row);
    // the last known token is never computed yet, unless it was a guess that was right
    int to = plan.outputs(row) == 0 ? end : Math.min(end, entry.view.length() - 1);
    int rejected = end - to;
    if (results.failed()) {
      blocks.truncate(entry.id(), blocks.computedTokens(entry.id()));
      entry.planned = blocks.computedTokens(entry.id());
      entry.life++;
      return;
    }
    blocks.commit(entry.id(), to);
    if (rejected > 0) {
      blocks.truncate(entry.id(), to);
      entry.planned = to;
      entry.life++;
    }
    policy.computed(entry.view, from, to);
    tell(l -> l.computed(entry.view, from, to, plan.totalTokens(), results.nanos()));
  }

  private void end(Entry entry, FinishReason reason) {
    if (entry.ended != null) {
      return;
    }
    entry.ended = reason;
    if (entry.running) {
      running.remove(entry);
      entry.running = false;
      policy.finished(entry.view, reason);
    } else {
      policy.gone(entry.id());
    }
    tell(l -> l.finished(entry.view, reason));
    forgetIfDone(entry);
  }

  private void forgetIfDone(Entry entry) {
    if (entry.ended == null || entry.out > 0 || known.get(entry.id()) != entry) {
      return;
    }
    if (entry.holdsBlocks) {
      blocks.release(
          entry.id(),
          switch (entry.ended) {
            case NONE, STOP, LENGTH, TOOL_CALLS -> ReleaseReason.FINISHED;
            case ABORTED -> ReleaseReason.CANCELLED;
            case ERROR -> ReleaseReason.FAILED;
          });
    }
    known.remove(entry.id());
  }

  private void tell(Consumer<RequestListener> event) {
    for (RequestListener listener : List.copyOf(listeners)) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "request listener " + listener + " is dropped", e);
        context
            .metrics()
            .counter(DROPPED, "Listeners dropped because they failed", List.of())
            .add(1);
        listeners.remove(listener);
      }
    }
  }

  private Entry entry(int sequence) {
    return Objects.requireNonNull(
        known.get(sequence), "the plan names a sequence that is not known");
  }

  @Override
  public boolean holds(int sequence) {
    return known.containsKey(sequence);
  }

  @Override
  public int waiting() {
    return (int) known.values().stream().filter(e -> !e.running && e.ended == null).count();
  }

  @Override
  public int running() {
    return (int) known.values().stream().filter(e -> e.running || e.ended != null).count();
  }

  @Override
  public void close() {
    for (Entry entry : List.copyOf(known.values())) {
      if (entry.holdsBlocks) {
        blocks.release(entry.id(), ReleaseReason.CANCELLED);
      }
    }
    known.clear();
    running.clear();
    out.clear();
  }
}
