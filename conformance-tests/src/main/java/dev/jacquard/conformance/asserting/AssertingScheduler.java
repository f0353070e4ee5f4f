package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.asserting.Planned.Life;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A scheduler in front of another one that checks both sides of the step protocol: plans come back in order, once and
/// as they were (SCH-14), ids are used again only when they are free (SCH-7), rows continue where they must (SCH-3) and
/// have blocks (SCH-2), nothing cancelled or ended is planned, and no call comes from another thread or from within.
///
/// With an [AssertingBlockSpaceManager] of the same [StepProtocol] it checks the blocks too, and that nobody else
/// changes them (SCH-18). Closes the scheduler twice on purpose (PLG-7).
public final class AssertingScheduler implements Scheduler {
  private final Scheduler to;
  private final SchedulerLimits limits;
  private final StepProtocol protocol;
  private final Map<Integer, Life> lives = new TreeMap<>();
  private final Deque<Planned> out = new ArrayDeque<>();
  private final PlanJudge judge;
  private @Nullable String inside;
  private @Nullable Throwable fault;
  private boolean closed;

  /// A watched `to`, alone.
  public AssertingScheduler(Scheduler to, SchedulerLimits limits) {
    this(to, limits, new StepProtocol());
  }

  /// A watched `to` beside the other parts of an engine; made after the manager it drives.
  public AssertingScheduler(Scheduler to, SchedulerLimits limits, StepProtocol protocol) {
    this.to = Objects.requireNonNull(to, "to is null");
    this.limits = limits;
    this.protocol = protocol;
    judge = new PlanJudge(protocol, lives);
    protocol.schedules();
  }

  private AssertionError broken(Rule rule, String complaint) {
    return protocol.broken(rule, complaint);
  }

  private void call(String call, Runnable body) {
    if (inside != null) {
      throw broken(
          Rule.SCH_16,
          call + " was called from within " + inside + ": a listener or a policy called back");
    }
    inside = call;
    protocol.enterScheduler(call);
    try {
      body.run();
    } catch (RequestRejectedException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      fault = e;
      throw e;
    } finally {
      inside = null;
      protocol.leaveScheduler();
    }
  }

  /// Whether both sides are judged; after a fault only what ends sequences is let through.
  private boolean judged(String call) {
    protocol.onEngineThread(call);
    if (closed) {
      throw broken(Rule.PLG_7, call + " was called after close");
    }
    AssertingBlockSpaceManager blocks = protocol.blocks();
    if (fault == null && (blocks == null || !blocks.failed())) {
      return true;
    }
    if (!call.equals("cancel")) {
      throw broken(
          Rule.SCH_22,
          call + " was called after the scheduler or the manager had thrown; last " + fault);
    }
    return false;
  }

  private void enters(String call, SequenceView sequence) {
    int id = sequence.id();
    if (id < 0 || id >= limits.maxSequences()) {
      throw broken(
          Rule.SCH_1, call + " of sequence id " + id + "; ids are below " + limits.maxSequences());
    }
    if (lives.containsKey(id) || to.holds(id)) {
      throw broken(Rule.SCH_7, call + " uses id " + id + " again, which the scheduler still holds");
    }
    if (sequence.length() < 1 || sequence.computable() < sequence.length()) {
      throw broken(
          Rule.SCH_21,
          "%s of a sequence of %d known and %d computable positions"
              .formatted(call, sequence.length(), sequence.computable()));
    }
  }

  @Override
  public void submit(SequenceView sequence) {
    judged("submit");
    enters("submit", sequence);
    int id = sequence.id();
    try {
      call("submit", () -> to.submit(sequence));
    } catch (RequestRejectedException e) {
      if (to.holds(id)) {
        throw broken(Rule.SCH_10, "submit refused sequence " + id + " and holds it");
      }
      throw e;
    }
    entered("submit", sequence);
  }

  private void entered(String call, SequenceView sequence) {
    lives.put(sequence.id(), new Life(sequence));
    if (!to.holds(sequence.id())) {
      throw broken(Rule.SCH_7, "after " + call + " sequence " + sequence.id() + " is not held");
    }
    count(call);
  }

  @Override
  @SuppressWarnings(
      "ReferenceEquality") // a sequence has one view and a request one info; a copy is a fault
  public void fork(SequenceView parent, SequenceView child) {
    judged("fork");
    enters("fork", child);
    Life from = lives.get(parent.id());
    if (from == null
        || from.over()
        || from.view != parent
        || parent.request() != child.request()
        || parent.index() == child.index()
        || parent.length() != child.length()) {
      throw broken(
          Rule.SCH_15,
          "fork of sequence %d (%d tokens, index %d) into %d (%d tokens, index %d)%s"
              .formatted(
                  parent.id(),
                  parent.length(),
                  parent.index(),
                  child.id(),
                  child.length(),
                  child.index(),
                  from == null || from.over() ? "; the parent does not run" : ""));
    }
    call("fork", () -> to.fork(parent, child));
    entered("fork", child);
  }

  @Override
  public void cancel(int sequence) {
    boolean whole = judged("cancel");
    call("cancel", () -> to.cancel(sequence));
    Life life = lives.get(sequence);
    if (life != null) {
      life.cancelled = true;
    }
    if (whole) {
      count("cancel");
    }
  }

  @Override
  public void plan(StepPlan plan) {
    judged("plan");
    if (plan.rows() > 0 || plan.preemptions() > 0) {
      throw broken(Rule.SCH_14, "plan got a plan that was not cleared, or is still out");
    }
    if (plan.remainingTokens() < 1 || plan.remainingTokens() > limits.maxStepTokens()) {
      throw broken(Rule.SCH_1, "plan got a budget of " + plan.remainingTokens() + " tokens");
    }
    if (out.size() >= limits.maxStepsInFlight()) {
      throw broken(Rule.SCH_14, "plan was called while " + out.size() + " plans are out");
    }
    call(
        "plan",
        () -> {
          to.plan(plan);
          judge.judge(plan);
        });
    if (plan.rows() > 0) {
      Planned planned = Planned.of(plan, this::life);
      out.addLast(planned);
      planned.rows().forEach(row -> row.life().out++);
      protocol.planned();
    }
    for (Life life : lives.values()) {
      gone(life, "plan");
    }
    count("plan");
  }

  private Life life(int id) {
    return Objects.requireNonNull(lives.get(id), "no sequence has this id");
  }

  private void gone(Life life, String call) {
    if (life.over() && life.out == 0 && to.holds(life.id)) {
      throw broken(
          life.cancelled ? Rule.SCH_5 : Rule.SCH_7,
          "after " + call + " " + life + " has ended, no plan names it, and it is still held");
    }
  }

  @Override
  public void complete(StepPlan plan, StepResults results) {
    judged("complete");
    Planned oldest = out.peekFirst();
    if (oldest == null || oldest.plan() != plan) {
      throw broken(
          Rule.SCH_14,
          oldest == null
              ? "complete was called while no plan is out"
              : "complete got another plan than the oldest that is out");
    }
    if (!oldest.unchanged()) {
      throw broken(Rule.SCH_14, "a plan was changed between plan and complete");
    }
    for (int row = 0; row < plan.rows(); row++) {
      Life life = oldest.rows().get(row).life();
      int grown = life.view.length() - life.length;
      if (grown != results.acceptedTokens(row) || grown > plan.outputs(row)) {
        throw broken(
            Rule.SCH_21,
            "%s grew by %d tokens before complete; accepted are %d, outputs %d"
                .formatted(life, grown, results.acceptedTokens(row), plan.outputs(row)));
      }
      life.length = life.view.length();
    }
    Map<Integer, Integer> computed = results.failed() ? computed(oldest) : Map.of();
    call("complete", () -> to.complete(plan, results));
    out.removeFirst();
    for (int row = 0; row < plan.rows(); row++) {
      Life life = oldest.rows().get(row).life();
      life.out--;
      life.finished |= results.finish(row) != FinishReason.NONE;
      if (results.failed() || life.out == 0) {
        life.next = -1;
      }
      gone(life, "complete");
    }
    if (results.failed() && !computed.equals(computed(oldest, computed))) {
      throw broken(
          Rule.SCH_12,
          "a failed step changed what is computed from " + computed + " to " + computed(oldest));
    }
    count("complete");
  }

  /// What the manager has computed of each sequence that the plan names and that has blocks.
  private Map<Integer, Integer> computed(Planned planned) {
    Map<Integer, Integer> computed = new HashMap<>();
    AssertingBlockSpaceManager blocks = protocol.blocks();
    for (Planned.Row row : planned.rows()) {
      if (blocks != null && blocks.held(row.life().id) != null) {
        computed.put(row.life().id, blocks.computedTokens(row.life().id));
      }
    }
    return computed;
  }

  /// The same, where those that were released meanwhile count as before.
  private Map<Integer, Integer> computed(Planned planned, Map<Integer, Integer> before) {
    Map<Integer, Integer> computed = new HashMap<>(before);
    computed.putAll(computed(planned));
    return computed;
  }

  /// Forgets who is gone; the rest waits or runs.
  private void count(String call) {
    lives.values().removeIf(life -> !to.holds(life.id));
    if (to.waiting() < 0 || to.running() < 0 || to.waiting() + to.running() != lives.size()) {
      throw broken(
          Rule.SCH_7,
          "after %s %d wait and %d run, but held are %s"
              .formatted(call, to.waiting(), to.running(), lives.values()));
    }
    for (Life life : lives.values()) {
      if (life.view.id() != life.id) {
        throw broken(Rule.SCH_21, life + " has changed its id to " + life.view.id());
      }
    }
  }

  @Override
  public boolean holds(int sequence) {
    protocol.asked("holds");
    return to.holds(sequence);
  }

  @Override
  public int waiting() {
    protocol.asked("waiting");
    return to.waiting();
  }

  @Override
  public int running() {
    protocol.asked("running");
    return to.running();
  }

  @Override
  public void close() {
    if (closed) {
      to.close();
      return;
    }
    closed = true;
    call(
        "close",
        () -> {
          to.close();
          to.close();
        });
    AssertingBlockSpaceManager blocks = protocol.blocks();
    if (fault == null && blocks != null && !blocks.settled()) {
      throw broken(Rule.SCH_7, "the scheduler was closed and has not given all blocks back");
    }
  }
}
