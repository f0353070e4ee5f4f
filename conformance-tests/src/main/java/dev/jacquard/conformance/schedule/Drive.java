package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_1;
import static dev.jacquard.conformance.Rule.SCH_10;
import static dev.jacquard.conformance.Rule.SCH_18;
import static dev.jacquard.conformance.Rule.SCH_4;
import static dev.jacquard.conformance.Rule.SCH_7;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.conformance.schedule.Stage.Call;
import dev.jacquard.conformance.schedule.Stage.Launched;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/// Plays the engine around a scheduler, step by step and under the hand of a check, and looks at
/// everything the scheduler does: each plan ([PlanAudit]), each call of the manager
/// ([WatchedBlocks]), each event ([WatchedListener]), each end. Steps run when they are launched,
/// in order, as on a stream; their tokens become known when they are completed.
final class Drive implements AutoCloseable {
  private static final long NANOS_PER_STEP = 1_000_000;
  private static final long NANOS_PER_TOKEN = 10_000;
  private static final int STOPS = 23;

  private final Setting setting;
  private final SchedulerLimits limits;
  private final Ruling ruling;
  private final Stage stage = new Stage();
  private final ManualClock clock = new ManualClock();
  private final Counters counters = new Counters();
  private final Ghost ghost;
  private final WatchedBlocks blocks;
  private final WatchedListener listener;
  private final Scheduler scheduler;
  private final PlanAudit audit;
  private final StepResults results;
  private final BlockCopies copies = new BlockCopies();
  private final Deque<Launched> out = new ArrayDeque<>();
  private final List<DrivenSequence> all = new ArrayList<>();
  private int plans;

  /// The engine's time passes by so much with each step, beside what the step takes.
  long pause;

  /// Whether sequences end before their length by a token.
  boolean stops;

  Drive(SchedulerUnderTest subject, Setting setting, Ruling ruling, long seed) {
    this(subject, setting, ruling, seed, List.of());
  }

  /// With more listeners than the two that watch.
  Drive(
      SchedulerUnderTest subject,
      Setting setting,
      Ruling ruling,
      long seed,
      List<RequestListener> more) {
    this(subject, setting, ruling, seed, more, setting.capacity());
  }

  /// With a limit on the length of a sequence of its own.
  Drive(
      SchedulerUnderTest subject,
      Setting setting,
      Ruling ruling,
      long seed,
      List<RequestListener> more,
      int longest) {
    this.setting = setting;
    this.ruling = ruling;
    limits = setting.limits(longest);
    results = new StepResults(limits);
    ghost = new Ghost(setting.deviceBlocks() + setting.hostBlocks(), setting.blockSize());
    BlockSpaceManager inner =
        NaiveBlockSpaceContext.of(setting.blockSize(), setting.deviceBlocks(), clock)
            .withHost(setting.hostBlocks())
            .withRules(0, setting.sharing())
            .withSequences(setting.maxSequences())
            .paged(new PlainEviction(setting.deviceBlocks()));
    blocks = new WatchedBlocks(inner, stage, ghost, ruling, setting.preemption());
    listener = new WatchedListener(stage, ruling);
    List<RequestListener> listeners = new ArrayList<>(more);
    listeners.addAll(listener.both());
    scheduler =
        subject.create(
            new NaiveSchedulerContext(
                blocks,
                limits,
                setting.preemption(),
                clock,
                counters,
                new SplittableRandom(seed),
                List.copyOf(listeners),
                PluginInstance.NOTHING_SHARED));
    audit = new PlanAudit(setting, stage, blocks, listener, ruling, scheduler);
  }

  // ----- what a check says -----

  /// Submits a prompt of `promptLength` tokens, to end after at most `answer` more.
  DrivenSequence submit(int promptLength, int answer) {
    return submit(promptLength, answer, 0, "tenant", all.size());
  }

  /// Submits a prompt.
  ///
  /// @param stem prompts of one stem begin alike
  DrivenSequence submit(int promptLength, int answer, int priority, String tenant, int stem) {
    int[] prompt = new int[promptLength];
    for (int i = 0; i < promptLength; i++) {
      prompt[i] = (int) Long.remainderUnsigned(Ghost.mix(stem * 1_000L + i), 509);
    }
    RequestInfo request =
        NaiveRequests.of(all.size() + 1, clock.nanos(), priority, tenant);
    return submit(request, prompt, answer);
  }

  DrivenSequence submit(RequestInfo request, int[] prompt, int answer) {
    DrivenSequence sequence =
        new DrivenSequence(
            all.size(),
            freeId(),
            0,
            request,
            prompt,
            prompt.length + answer,
            setting.blockSize());
    submit(sequence);
    return sequence;
  }

  private void submit(DrivenSequence sequence) {
    int waiting = scheduler.waiting();
    stage.known.put(sequence.id(), sequence);
    all.add(sequence);
    ruling.note(
        "submit "
            + sequence
            + ": prompt "
            + sequence.promptLength()
            + ", up to "
            + sequence.maxLength()
            + ", priority "
            + sequence.request().priority());
    call(
        Call.SUBMIT,
        "submit",
        () -> {
          try {
            scheduler.submit(sequence);
          } catch (RequestRejectedException e) {
            stage.known.remove(sequence.id());
            ruling.stop(
                "submit of a sequence of up to "
                    + sequence.maxLength()
                    + " tokens was rejected, but "
                    + setting.capacity()
                    + " fit: "
                    + e.getMessage(),
                SCH_10);
          }
        });
    audit.heardExactly(List.of(WatchedListener.submittedEvent(sequence)), "submit");
    if (scheduler.waiting() != waiting + 1) {
      ruling.complain(
          SCH_7,
          "waiting() is " + scheduler.waiting() + " after a submit, it was " + waiting + " before");
    }
    counts();
  }

  /// Forks a sequence; the last token of the child is `last`, or its parent's when negative.
  DrivenSequence fork(DrivenSequence parent, int index, int last) {
    DrivenSequence child = parent.fork(all.size(), freeId(), index, last);
    stage.known.put(child.id(), child);
    all.add(child);
    ruling.note("fork " + parent + " -> " + child + ", index " + index);
    call(Call.FORK, "fork", () -> scheduler.fork(parent, child));
    audit.heardExactly(List.of(WatchedListener.submittedEvent(child)), "fork");
    counts();
    return child;
  }

  /// The client of `sequence` leaves. A sequence that ended already is none of the scheduler's.
  void cancel(DrivenSequence sequence) {
    boolean late = sequence.ended;
    boolean gone = stage.sequence(sequence.id()) != sequence;
    if (gone && stage.sequence(sequence.id()) != null) {
      return; // the id is somebody else's by now
    }
    sequence.ended = true;
    ruling.note("cancel " + sequence + (late ? ", which has ended" : ""));
    call(Call.CANCEL, "cancel", () -> scheduler.cancel(sequence.id()));
    audit.heardExactly(
        late ? List.of() : List.of(WatchedListener.finishedEvent(sequence, FinishReason.ABORTED)),
        "cancel");
    settleEnd(sequence);
    counts();
  }

  /// Guesses the next tokens of a sequence, the first `right` of them rightly.
  void draft(DrivenSequence sequence, int count, int right) {
    int[] guesses = new int[count];
    for (int i = 0; i < count; i++) {
      // what the model draws next is known once the guesses before it are there
      sequence.draft(Arrays.copyOf(guesses, i));
      guesses[i] = ghost.next(sequence, sequence.length() + i) + (i < right ? 0 : 1);
    }
    sequence.draft(guesses);
    ruling.note("draft " + count + " tokens of " + sequence + ", " + right + " rightly");
  }

  /// Cancels an id that nobody has.
  void cancelUnknown(int id) {
    ruling.note("cancel id " + id + ", which nobody has");
    call(Call.CANCEL, "cancel", () -> scheduler.cancel(id));
    audit.heardExactly(List.of(), "cancel");
    counts();
  }

  /// A plan within `budget`, audited and launched. `fail` makes its step fail.
  StepPlan plan(int budget, boolean fail) {
    StepPlan plan = new StepPlan(limits);
    plan.clear(budget);
    int number = plans++;
    ruling.note("plan " + number + " within " + budget + " tokens");
    audit.before();
    call(Call.PLAN, "plan", () -> scheduler.plan(plan));
    ruling.note("  -> " + PlanAudit.text(plan));
    audit.after(plan, out);
    blocks.inner().drainCopies(copies);
    if (plan.rows() > 0) {
      launch(number, plan, fail || out.stream().anyMatch(Launched::failed));
    }
    List.copyOf(stage.known.values()).forEach(this::settleEnd);
    counts();
    return plan;
  }

  private void launch(int number, StepPlan plan, boolean fail) {
    if (!fail) {
      ghost.copy(copies);
      copies.clear();
    }
    int rows = plan.rows();
    Launched step =
        new Launched(number, plan, fail, new DrivenSequence[rows], new int[rows]);
    for (int row = 0; row < rows; row++) {
      DrivenSequence sequence = audit.planned(plan, row);
      int end = plan.firstPosition(row) + plan.tokenCount(row);
      step.rows()[row] = sequence;
      step.tenures()[row] = sequence.tenure;
      sequence.out++;
      sequence.next = end;
      sequence.idleSteps = 0;
      if (!fail) {
        int[] table = blocks.table(sequence.id());
        audit.requireRead(ghost, table, sequence, plan.firstPosition(row));
        ghost.write(table, sequence, plan.firstPosition(row), end);
      }
      if (plan.outputs(row) > 0 && sequence.drafted() == 0 && end == sequence.computable()) {
        sequence.arrive(fail ? 0 : ghost.next(sequence, end));
      }
    }
    out.add(step);
  }

  /// Completes the oldest plan that is out.
  void complete() {
    Launched step = out.remove();
    results.clear();
    long nanos = NANOS_PER_STEP + NANOS_PER_TOKEN * step.plan().totalTokens();
    clock.advance(nanos + pause);
    results.took(nanos);
    if (step.failed()) {
      results.fail();
    }
    List<DrivenSequence> ends = new ArrayList<>();
    for (int row = 0; row < step.plan().rows(); row++) {
      DrivenSequence sequence = step.rows()[row];
      if (step.failed()) {
        sequence.forgetArriving();
        sequence.next = -1;
        sequence.afterFailure = true;
      } else if (step.plan().outputs(row) > 0 && !sequence.ended) {
        settleRow(step, row, sequence, ends);
      }
    }
    ruling.note("complete plan " + step.number() + (step.failed() ? ", which failed" : ""));
    stage.completing = step;
    stage.nanos = nanos;
    call(Call.COMPLETE, "complete", () -> scheduler.complete(step.plan(), results));
    audit.completed(step, ends);
    for (DrivenSequence sequence : step.rows()) {
      sequence.out--;
      settleRun(step, sequence);
    }
    stage.completing = null;
    for (DrivenSequence sequence : step.rows()) {
      settleEnd(sequence);
    }
    counts();
  }

  private void settleRow(
      Launched step, int row, DrivenSequence sequence, List<DrivenSequence> ends) {
    int accepted = 1;
    if (sequence.drafted() > 0) {
      int[] right = new int[sequence.drafted() + 1];
      int from = sequence.length();
      accepted = 0;
      // guess i is right if the tokens before it and its own are what the model draws
      do {
        right[accepted] = ghost.next(sequence, from + accepted);
        accepted++;
      } while (accepted <= sequence.drafted()
          && right[accepted - 1] == sequence.deviceToken(from + accepted - 1)
          && from + accepted < sequence.maxLength());
      sequence.verified(Arrays.copyOf(right, accepted));
    } else {
      int end = step.plan().firstPosition(row) + step.plan().tokenCount(row);
      if (end < sequence.length()) {
        results.set(row, 0, FinishReason.NONE); // log-probabilities of the prompt
        return;
      }
      sequence.settle();
    }
    boolean full = sequence.length() >= sequence.maxLength();
    boolean stopped =
        stops && !full && sequence.token(sequence.length() - 1) % STOPS == STOPS - 1;
    if (full || stopped) {
      sequence.ended = true;
      sequence.endedIn = step.number();
      ends.add(sequence);
    }
    results.set(
        row,
        accepted,
        full ? FinishReason.LENGTH : stopped ? FinishReason.STOP : FinishReason.NONE);
  }

  /// After a completion the manager must know what was computed.
  private void settleRun(Launched step, DrivenSequence sequence) {
    if (sequence.out == 0 && !sequence.ended) {
      sequence.next = -1;
    }
    int row = step.plan().rowOf(sequence.id());
    boolean counts =
        row >= 0
            && !step.failed()
            && !sequence.ended
            && sequence.tenure == step.tenures()[row]
            && blocks.inside.contains(sequence.id())
            && !blocks.swapped.contains(sequence.id());
    if (counts) {
      int end = step.plan().firstPosition(row) + step.plan().tokenCount(row);
      int computed = Math.min(end, Math.max(sequence.length() - 1, step.plan().firstPosition(row)));
      if (blocks.inner().computedTokens(sequence.id()) < computed) {
        ruling.stop(
            "complete did not commit what "
                + sequence
                + " computed: "
                + computed
                + " positions, computedTokens() is "
                + blocks.inner().computedTokens(sequence.id()),
            SCH_18);
      }
    }
  }

  /// What must be true of a sequence that ended, and its leaving.
  private void settleEnd(DrivenSequence sequence) {
    int id = sequence.id();
    if (!sequence.ended || stage.sequence(id) != sequence) {
      return;
    }
    boolean holds = scheduler.holds(id);
    if (sequence.out > 0) {
      if (!holds) {
        ruling.stop(sequence + " ended and a plan that names it is out, but holds() is false", SCH_7);
      }
      return;
    }
    if (holds || blocks.inside.contains(id)) {
      String complaint =
          sequence
              + " ended and no plan that is out names it, but holds() is "
              + holds
              + " and its blocks are "
              + (blocks.inside.contains(id) ? "held" : "released");
      if (sequence.endedIn >= 0) {
        ruling.stop(complaint, SCH_7);
      }
      ruling.complain(SCH_7, complaint);
      return; // a cancel that is heeded late: the next plan shows whether it is heeded at all
    }
    stage.known.remove(id);
  }

  private void counts() {
    int held = 0;
    for (DrivenSequence sequence : stage.known.values()) {
      boolean holds = scheduler.holds(sequence.id());
      held += holds ? 1 : 0;
      if (!holds && !sequence.ended) {
        ruling.stop(sequence + " has not ended, but holds() is false: it was lost", SCH_4);
      }
    }
    int counted = scheduler.waiting() + scheduler.running();
    if (counted != held) {
      ruling.complain(
          SCH_7,
          "waiting() is "
              + scheduler.waiting()
              + " and running() is "
              + scheduler.running()
              + ", but the scheduler holds "
              + held
              + " sequences");
    }
  }

  /// One plan, and one completion when the pipeline is full, nothing was planned, or it failed.
  StepPlan step(boolean fail) {
    StepPlan plan = plan(limits.maxStepTokens(), fail);
    advance(plan);
    return plan;
  }

  /// Completes what must be completed after `plan`.
  void advance(StepPlan plan) {
    boolean failed = !out.isEmpty() && out.peek().failed();
    if (out.size() == limits.maxStepsInFlight() || (plan.rows() == 0 && !out.isEmpty()) || failed) {
      do {
        complete();
      } while (failed && !out.isEmpty());
    }
  }

  /// Steps until nothing is left, and looks that nothing is left behind.
  void finish() {
    long tokens = 0;
    for (DrivenSequence sequence : stage.known.values()) {
      tokens += sequence.maxLength();
    }
    long most = 100 + 20 * tokens;
    if (full()) {
      complete();
    }
    for (long steps = 0; !stage.known.isEmpty(); steps++) {
      step(false);
      if (steps > most) {
        ruling.stop(
            "nothing new arrived for " + steps + " steps, but these have not ended: "
                + stage.known.values(), SCH_4);
      }
    }
    while (!out.isEmpty()) {
      complete();
    }
    idle();
  }

  private void idle() {
    for (Tier tier : Tier.values()) {
      int available = blocks.inner().availableBlocks(tier);
      int total = blocks.inner().totalBlocks(tier);
      if (available != total) {
        ruling.complain(
            SCH_7, "everybody ended, but " + (total - available) + " blocks are held on " + tier);
      }
    }
  }

  private interface Body {
    void run();
  }

  private void call(Call call, String name, Body body) {
    stage.call = call;
    blocks.begin();
    listener.begin();
    try {
      body.run();
    } catch (RuntimeException e) {
      ruling.rethrow();
      StackTraceElement[] frames = e.getStackTrace();
      String at = frames.length == 0 ? "?" : frames[0].toString();
      if (call == Call.PLAN && at.contains("StepPlan.")) {
        ruling.stop("plan relied on an exception of StepPlan: " + e.getMessage(), SCH_1);
      }
      throw new AssertionError(name + " threw " + e + " at " + at + ruling.history(), e);
    } finally {
      stage.call = Call.NONE;
    }
    ruling.rethrow();
    if (scheduler.waiting() < 0 || scheduler.running() < 0) {
      ruling.complain(SCH_7, "a count is negative after " + name);
    }
    listener.end();
  }

  // ----- what a check asks -----

  private int freeId() {
    for (int id = 0; id < limits.maxSequences(); id++) {
      if (!stage.known.containsKey(id)) {
        return id;
      }
    }
    throw new IllegalStateException("all ids are taken");
  }

  boolean hasRoom() {
    return stage.known.size() < limits.maxSequences();
  }

  /// Everybody ever submitted, by number.
  List<DrivenSequence> all() {
    return all;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  WatchedBlocks blocks() {
    return blocks;
  }

  Ruling ruling() {
    return ruling;
  }

  /// Whether the oldest plan that is out failed: it is to be completed, and those after it.
  boolean failing() {
    return !out.isEmpty() && out.peek().failed();
  }

  int out() {
    return out.size();
  }

  /// Whether no further plan may be made before one is completed.
  boolean full() {
    return out.size() == limits.maxStepsInFlight();
  }

  /// Completes the oldest plan that is out, if one is.
  void completeIfOut() {
    if (!out.isEmpty()) {
      complete();
    }
  }

  /// The sequence that has `id` now.
  DrivenSequence known(int id) {
    return Objects.requireNonNull(stage.sequence(id), "nobody has this id");
  }

  /// How many that were submitted after `sequence` have ended.
  long endedAfter(DrivenSequence sequence) {
    return all.stream().filter(s -> s.number > sequence.number && s.ended).count();
  }

  /// What a counter of the context's metrics came to.
  double counted(String name) {
    return counters.value(name);
  }

  /// Whether listeners heard nothing since the last call of this drive.
  boolean unheard() {
    return listener.silent();
  }

  /// Whether the scheduler holds anybody.
  boolean busy() {
    return !stage.known.isEmpty();
  }

  @Override
  public void close() {
    stage.call = Call.CLOSE;
    try {
      scheduler.close();
    } finally {
      stage.call = Call.NONE;
    }
    blocks.inner().close();
  }
}
