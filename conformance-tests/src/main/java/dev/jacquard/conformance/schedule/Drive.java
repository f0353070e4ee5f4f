package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_10;
import static dev.jacquard.conformance.Rule.SCH_4;
import static dev.jacquard.conformance.Rule.SCH_7;

import dev.jacquard.conformance.schedule.Stage.Call;
import dev.jacquard.conformance.schedule.Stage.Launched;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/// Plays the engine around a scheduler, step by step and under the hand of a check, and looks at
/// everything the scheduler does: each plan ([PlanAudit]), each call of the manager
/// ([WatchedBlocks]), each event ([WatchedListener]), each end. Steps run when they are launched,
/// in order, as on a stream; their tokens become known when they are completed.
final class Drive implements AutoCloseable {
  private static final long NANOS_PER_STEP = 1_000_000;
  private static final long NANOS_PER_TOKEN = 10_000;

  private final Setting setting;
  private final SchedulerLimits limits;
  private final Ruling ruling;
  private final World world;
  private final Stage stage;
  private final WatchedBlocks blocks;
  private final Scheduler scheduler;
  private final EventAudit events;
  private final PlanAudit audit;
  private final EndAudit ends;
  private final Answers answers;
  private final StepResults results;
  private final BlockCopies copies = new BlockCopies();
  private final Deque<Launched> out = new ArrayDeque<>();
  private final List<DrivenSequence> all = new ArrayList<>();
  private int plans;

  /// The engine's time passes by so much with each step, beside what the step takes.
  long pause;

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
    world = new World(subject, setting, limits, ruling, seed, more);
    stage = world.stage;
    blocks = world.blocks;
    scheduler = world.scheduler;
    events = new EventAudit(stage, blocks, world.listener, ruling);
    audit = new PlanAudit(setting, stage, blocks, events, ruling, scheduler);
    ends = new EndAudit(stage, blocks, ruling, scheduler);
    answers = new Answers(world.ghost);
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
    return submit(promptLength, answer, priority, tenant, stem, 0);
  }

  /// Submits a prompt whose client gives up after `patience` nanoseconds, unless that is 0.
  DrivenSequence submit(
      int promptLength, int answer, int priority, String tenant, int stem, long patience) {
    return submit(
        Prompts.request(all.size() + 1, world.clock.nanos(), priority, tenant, patience),
        Prompts.tokens(stem, promptLength),
        answer);
  }

  DrivenSequence submit(RequestInfo request, int[] prompt, int answer) {
    DrivenSequence sequence =
        new DrivenSequence(
            all.size(), freeId(), 0, request, prompt, prompt.length + answer, setting.blockSize());
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
    world.call(
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
    events.heardExactly(List.of(WatchedListener.submittedEvent(sequence)), "submit");
    if (scheduler.waiting() != waiting + 1) {
      ruling.complain(
          SCH_7,
          "waiting() is " + scheduler.waiting() + " after a submit, it was " + waiting + " before");
    }
    ends.count();
  }

  /// Forks a sequence; the last token of the child is `last`, or its parent's when negative.
  DrivenSequence fork(DrivenSequence parent, int index, int last) {
    DrivenSequence child = parent.fork(all.size(), freeId(), index, last);
    stage.known.put(child.id(), child);
    all.add(child);
    ruling.note("fork " + parent + " -> " + child + ", index " + index);
    world.call(Call.FORK, "fork", () -> scheduler.fork(parent, child));
    events.heardExactly(List.of(WatchedListener.submittedEvent(child)), "fork");
    ends.count();
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
    world.call(Call.CANCEL, "cancel", () -> scheduler.cancel(sequence.id()));
    events.heardExactly(
        late ? List.of() : List.of(WatchedListener.finishedEvent(sequence, FinishReason.ABORTED)),
        "cancel");
    ends.leave(sequence);
    ends.count();
  }

  /// Guesses the next tokens of a sequence, the first `right` of them rightly.
  void draft(DrivenSequence sequence, int count, int right) {
    answers.draft(sequence, count, right);
    ruling.note("draft " + count + " tokens of " + sequence + ", " + right + " rightly");
  }

  /// Cancels an id that nobody has.
  void cancelUnknown(int id) {
    ruling.note("cancel id " + id + ", which nobody has");
    world.call(Call.CANCEL, "cancel", () -> scheduler.cancel(id));
    events.heardExactly(List.of(), "cancel");
    ends.count();
  }

  /// A plan within `budget`, audited and launched. `fail` makes its step fail.
  StepPlan plan(int budget, boolean fail) {
    for (DrivenSequence sequence : List.copyOf(stage.known.values())) {
      if (!sequence.ended && sequence.request().deadlineNanos() <= world.clock.nanos()) {
        cancel(sequence);
      }
    }
    StepPlan plan = new StepPlan(limits);
    plan.clear(budget);
    int number = plans++;
    ruling.note("plan " + number + " within " + budget + " tokens");
    audit.before();
    world.call(Call.PLAN, "plan", () -> scheduler.plan(plan));
    ruling.note("  -> " + PlanAudit.text(plan));
    audit.after(plan, out);
    blocks.inner().drainCopies(copies);
    if (plan.rows() > 0) {
      launch(number, plan, fail || out.stream().anyMatch(Launched::failed));
    }
    List.copyOf(stage.known.values()).forEach(ends::leave);
    ends.count();
    return plan;
  }

  private void launch(int number, StepPlan plan, boolean fail) {
    if (!fail) {
      world.ghost.copy(copies);
      copies.clear();
    }
    int rows = plan.rows();
    Launched step = new Launched(number, plan, fail);
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
        audit.requireRead(world.ghost, table, sequence, plan.firstPosition(row));
        world.ghost.write(table, sequence, plan.firstPosition(row), end);
      }
      if (plan.outputs(row) > 0 && sequence.drafted() == 0 && end == sequence.computable()) {
        sequence.arrive(fail ? 0 : world.ghost.next(sequence, end));
      }
    }
    out.add(step);
  }

  /// Completes the oldest plan that is out.
  void complete() {
    Launched step = out.remove();
    results.clear();
    long nanos = NANOS_PER_STEP + NANOS_PER_TOKEN * step.plan().totalTokens();
    world.clock.advance(nanos + pause);
    results.took(nanos);
    if (step.failed()) {
      results.fail();
    }
    List<DrivenSequence> ended = new ArrayList<>();
    for (int row = 0; row < step.plan().rows(); row++) {
      DrivenSequence sequence = step.rows()[row];
      if (step.failed()) {
        sequence.forgetArriving();
        sequence.next = -1;
        sequence.afterFailure = true;
      } else if (step.plan().outputs(row) > 0 && !sequence.ended) {
        answers.settle(step, row, sequence, results);
        if (sequence.ended) {
          ended.add(sequence);
        }
      }
    }
    ruling.note("complete plan " + step.number() + (step.failed() ? ", which failed" : ""));
    stage.completing = step;
    stage.nanos = nanos;
    world.call(Call.COMPLETE, "complete", () -> scheduler.complete(step.plan(), results));
    events.completed(step, ended);
    for (DrivenSequence sequence : step.rows()) {
      sequence.out--;
      ends.requireCommit(step, sequence);
    }
    stage.completing = null;
    for (DrivenSequence sequence : step.rows()) {
      ends.leave(sequence);
    }
    ends.count();
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
            "nothing new arrived for "
                + steps
                + " steps, but these have not ended: "
                + stage.known.values(),
            SCH_4);
      }
    }
    while (!out.isEmpty()) {
      complete();
    }
    ends.requireIdle();
  }

  // ----- what a check asks -----

  /// From now on sequences may end before their length, by a token.
  void stopEarly() {
    answers.stops = true;
  }

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
    return world.counters.value(name);
  }

  /// Whether listeners heard nothing since the last call of this drive.
  boolean unheard() {
    return world.listener.silent();
  }

  /// Whether the scheduler holds anybody.
  boolean busy() {
    return !stage.known.isEmpty();
  }

  @Override
  public void close() {
    world.close();
  }
}
