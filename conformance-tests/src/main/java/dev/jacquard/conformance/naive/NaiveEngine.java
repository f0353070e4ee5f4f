package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A loop around a manager and a scheduler with [NaiveModel] in place of a model: plan, copies,
/// rows, complete, with up to `maxStepsInFlight` plans out. A step runs when it is launched, in
/// order, as on a stream; its tokens become known when it is completed. Each sequence that ends is
/// compared with the direct computation.
public final class NaiveEngine {
  private record Launched(StepPlan plan, boolean failed, List<NaiveSequence> rows) {}

  private static final long NANOS_PER_STEP = 1_000_000;
  private static final long NANOS_PER_TOKEN = 10_000;

  private final SchedulerLimits limits;
  private final BlockSpaceManager blocks;
  private final Scheduler scheduler;
  private final ManualClock clock;
  private final NaiveModel model;
  private final long hashMask;
  private final List<RequestListener> listeners;
  private final List<Consumer<RequestListener>> outcomes = new ArrayList<>();
  private final BlockCopies copies = new BlockCopies();
  private final StepResults results;
  private final Deque<Launched> out = new ArrayDeque<>();
  private final Map<Integer, NaiveSequence> live = new HashMap<>();
  private final Map<NaiveSequence, Integer> goals = new HashMap<>();
  private final Map<NaiveSequence, Integer> starts = new HashMap<>();
  private final Set<NaiveSequence> ended = new HashSet<>();
  private long serial;
  private int finished;
  private int preemptions;
  private int idlePlans;

  /// An engine at rest.
  ///
  /// @param hashMask see [NaiveSequence]
  /// @param listeners those of the scheduler's context, for [#outcome]
  public NaiveEngine(
      SchedulerLimits limits,
      BlockSpaceManager blocks,
      Scheduler scheduler,
      ManualClock clock,
      NaiveModel model,
      long hashMask,
      List<RequestListener> listeners) {
    this.limits = limits;
    this.listeners = List.copyOf(listeners);
    this.blocks = blocks;
    this.scheduler = scheduler;
    this.clock = clock;
    this.model = model;
    this.hashMask = hashMask;
    results = new StepResults(limits);
  }

  /// The number of the next request.
  public long nextSerial() {
    return ++serial;
  }

  /// Whether a sequence may be submitted or forked: an id is free.
  public boolean hasRoom() {
    return live.size() < limits.maxSequences();
  }

  /// Submits `prompt`, to end after `maxTokens` more tokens.
  public NaiveSequence submit(RequestInfo request, int[] prompt, int maxTokens) {
    NaiveSequence sequence =
        new NaiveSequence(
            freeId(), 0, request, prompt, prompt.length + maxTokens, blocks.blockSize(), hashMask);
    scheduler.submit(sequence);
    enter(sequence);
    return sequence;
  }

  /// Forks a sequence; what is in flight stays the parent's.
  public NaiveSequence fork(NaiveSequence parent, int index) {
    NaiveSequence child = parent.fork(freeId(), index);
    scheduler.fork(parent, child);
    enter(child);
    return child;
  }

  private void enter(NaiveSequence sequence) {
    live.put(sequence.id(), sequence);
    goals.put(sequence, sequence.maxLength());
    starts.put(sequence, sequence.length());
  }

  /// The client of `sequence` leaves.
  public void cancel(NaiveSequence sequence) {
    ended.add(sequence);
    check(sequence);
    scheduler.cancel(sequence.id());
    forgetIfReleased(sequence);
  }

  /// The request's thread knows what the answer is; listeners hear it at the next step.
  public void outcome(long serial, FinishReason reason, @Nullable String tool) {
    outcomes.add(listener -> listener.outcome(serial, reason, tool));
  }

  /// The sequences that have not ended, by id.
  public List<NaiveSequence> running() {
    return live.values().stream().filter(s -> !ended.contains(s)).toList();
  }

  /// One plan, and one completion when the pipeline is full or nothing was planned. `fail` makes
  /// the step fail, and all that are launched before it is completed.
  ///
  /// @return whether anything is left to do
  public boolean step(boolean fail) {
    outcomes.forEach(listeners::forEach);
    outcomes.clear();
    StepPlan plan = new StepPlan(limits);
    plan.clear(limits.maxStepTokens());
    scheduler.plan(plan);
    preemptions += plan.preemptions();
    blocks.drainCopies(copies);
    if (plan.rows() > 0) {
      idlePlans = 0;
      launch(plan, fail || out.stream().anyMatch(Launched::failed));
    } else if (out.isEmpty() && !live.isEmpty() && ++idlePlans > 2) {
      throw new AssertionError(
          "nothing is planned although " + live.size() + " sequences wait or run (SCH-9)");
    }
    boolean failed = !out.isEmpty() && out.peek().failed();
    if (out.size() == limits.maxStepsInFlight() || plan.rows() == 0 || failed) {
      do {
        complete();
      } while (failed && !out.isEmpty());
    }
    return !live.isEmpty();
  }

  private void launch(StepPlan plan, boolean fail) {
    List<NaiveSequence> rows = new ArrayList<>();
    if (!fail) {
      model.copy(copies);
      copies.clear();
    }
    for (int row = 0; row < plan.rows(); row++) {
      NaiveSequence sequence = live.get(plan.sequence(row));
      if (sequence == null || ended.contains(sequence)) {
        throw new AssertionError("row " + row + " is of a sequence that ended (SCH-5)");
      }
      rows.add(sequence);
      int end = plan.firstPosition(row) + plan.tokenCount(row);
      if (end > sequence.computable()) {
        throw new AssertionError(
            "row " + row + " ends at " + end + " of " + sequence.computable() + " (SCH-3)");
      }
      if (blocks.tableLength(sequence.id()) * blocks.blockSize() < end) {
        throw new AssertionError("row " + row + " has no blocks for " + end + " tokens (SCH-2)");
      }
      int token = 0;
      if (!fail) {
        token =
            model.run(
                table(sequence.id()), sequence, plan.firstPosition(row), plan.tokenCount(row));
      }
      if (plan.outputs(row) > 0) {
        sequence.arrive(token);
      }
    }
    out.add(new Launched(plan, fail, rows));
  }

  private int[] table(int sequence) {
    int entries = blocks.tableLength(sequence);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, entries));
      blocks.copyTable(sequence, 0, entries, into, 0);
      return Arrays.copyOf(into.toArray(ValueLayout.JAVA_INT), entries);
    }
  }

  private void complete() {
    if (out.isEmpty()) {
      return;
    }
    Launched step = out.remove();
    results.clear();
    long nanos = NANOS_PER_STEP + NANOS_PER_TOKEN * step.plan().totalTokens();
    clock.advance(nanos);
    results.took(nanos);
    if (step.failed()) {
      results.fail();
    }
    for (int row = 0; row < step.plan().rows(); row++) {
      NaiveSequence sequence = step.rows().get(row);
      if (step.failed()) {
        sequence.forgetArriving();
      } else if (step.plan().outputs(row) > 0 && !ended.contains(sequence)) {
        sequence.settle();
        boolean done = sequence.length() >= goals.getOrDefault(sequence, 0);
        boolean stopped = !done && Math.floorMod(sequence.token(sequence.length() - 1), 23) == 22;
        if (done || stopped) {
          ended.add(sequence);
          check(sequence);
          finished++;
        }
        FinishReason ends = done ? FinishReason.LENGTH : FinishReason.STOP;
        results.set(row, 1, done || stopped ? ends : FinishReason.NONE);
      }
    }
    scheduler.complete(step.plan(), results);
    step.rows().forEach(this::forgetIfReleased);
  }

  /// Compares all generated tokens with those computed without blocks.
  private void check(NaiveSequence sequence) {
    int[] tokens = new int[sequence.length()];
    int from = starts.getOrDefault(sequence, sequence.promptLength());
    for (int position = 0; position < from; position++) {
      tokens[position] = sequence.token(position);
    }
    long[] memory = new long[tokens.length];
    int known = 0;
    for (int position = from; position < tokens.length; position++) {
      tokens[position] = model.direct(tokens, position, memory, known, NaiveModel.salt(sequence));
      known = position;
      if (tokens[position] != sequence.token(position)) {
        throw new AssertionError(
            "sequence "
                + sequence.id()
                + " of request "
                + sequence.request().id()
                + " has token "
                + sequence.token(position)
                + " at position "
                + position
                + ", computed without blocks it is "
                + tokens[position]);
      }
    }
  }

  private void forgetIfReleased(NaiveSequence sequence) {
    if (ended.contains(sequence)
        && live.get(sequence.id()) == sequence
        && !scheduler.holds(sequence.id())) {
      live.remove(sequence.id());
      goals.remove(sequence);
      starts.remove(sequence);
    }
  }

  private int freeId() {
    for (int id = 0; id < limits.maxSequences(); id++) {
      if (!live.containsKey(id)) {
        return id;
      }
    }
    throw new IllegalStateException("all ids are taken");
  }

  /// Checks that nothing is left behind: no sequence known, every block free or cached, and
  /// everything forgotten after `clear`.
  public void checkIdle() {
    require(out.isEmpty() && live.isEmpty(), "sequences are left: " + live.keySet());
    require(scheduler.waiting() == 0, scheduler.waiting() + " still wait (SCH-7)");
    require(scheduler.running() == 0, scheduler.running() + " still run (SCH-7)");
    int cached = 0;
    for (Tier tier : Tier.values()) {
      require(
          blocks.availableBlocks(tier) == blocks.totalBlocks(tier),
          blocks.availableBlocks(tier)
              + " of "
              + blocks.totalBlocks(tier)
              + " blocks are available on "
              + tier
              + " (BSM-1)");
      cached += blocks.cachedBlocks(tier);
    }
    int cleared = blocks.clear();
    require(cleared == cached, "clear forgot " + cleared + " of " + cached + " blocks (BSM-20)");
    for (Tier tier : Tier.values()) {
      require(blocks.cachedBlocks(tier) == 0, "blocks are cached after clear (BSM-20)");
    }
  }

  private static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new AssertionError(complaint);
    }
  }

  /// Sequences that ended by themselves, each compared.
  public int finished() {
    return finished;
  }

  /// Preemptions so far.
  public int preemptions() {
    return preemptions;
  }
}
