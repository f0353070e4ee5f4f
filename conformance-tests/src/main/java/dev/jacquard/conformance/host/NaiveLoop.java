package dev.jacquard.conformance.host;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveModel;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.OpenedPlugins;
import dev.jacquard.host.Selection;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.FinishReason;
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
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The naive host's engine thread: plan, copies, inputs, model, complete; and what becomes of requests when
/// scheduler, manager or backend fail. A step's tokens are computed when it is launched and become known when
/// it is completed.
final class NaiveLoop {
  private static final class Step {
    final StepPlan plan;
    final List<NaiveRequest> rows = new ArrayList<>();
    boolean failed;
    @Nullable BackendException failure;

    Step(StepPlan plan) {
      this.plan = plan;
    }
  }

  private static final int VOCABULARY = 64;
  private static final int MOST_RECOVERIES = 3;
  private static final int MOST_IDLE_PLANS = 3;
  private static final long NANOS_PER_STEP = 1_000_000;

  private final NaiveHost host;
  private final ManualClock clock;
  private final SchedulerLimits limits;
  private final HostSetup setup;
  private final NaiveFactory factory;
  private final NaiveDevice device;
  private final NaiveModel model;
  private final BlockCopies copies = new BlockCopies();
  private final StepResults results;
  private final Deque<Step> out = new ArrayDeque<>();
  private final Map<Integer, NaiveRequest> live = new HashMap<>();
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private final Deque<NaiveRequest> lobby = new ArrayDeque<>();
  private NaiveParts parts;
  private volatile @Nullable Throwable death;
  private int failures;
  private int idlePlans;
  private int recoveries;
  private long completed;
  private long completedAtRecovery = -1;

  NaiveLoop(
      NaiveHost host,
      HostSetup setup,
      Selection selection,
      ConfigTree config,
      OpenedPlugins plugins,
      HostMetrics metrics,
      ManualClock clock) {
    this.host = host;
    this.clock = clock;
    this.setup = setup;
    limits =
        new SchedulerLimits(
            VOCABULARY,
            setup.maxRunning(),
            setup.maxStepTokens(),
            setup.stepsInFlight(),
            setup.maxLength());
    model =
        new NaiveModel(
            setup.deviceBlocks() + setup.hostBlocks(), setup.blockSize(), 0, 0, VOCABULARY);
    results = new StepResults(limits);
    factory = new NaiveFactory(host, setup, limits, selection, config, plugins, metrics, clock);
    device = new NaiveDevice(host, setup, limits, factory.backend());
    parts = factory.make();
  }

  boolean serving() {
    return death == null;
  }

  /// Work to do between two steps. Any thread.
  void later(Runnable task) {
    work.add(task);
  }

  void drain() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  /// Serves until each of `requests` has ended.
  void serve(List<NaiveRequest> requests) {
    requests.stream().filter(request -> !request.ended()).forEach(lobby::add);
    while (requests.stream().anyMatch(request -> !request.ended())) {
      Throwable dead = death;
      if (dead != null) {
        requests.forEach(request -> request.end(new Answer.Failed(dead)));
        lobby.clear();
        return;
      }
      try {
        drain();
        enter();
        step();
      } catch (Throwable e) { // from scheduler or manager: the backend's are caught where they come
        recover(e);
      }
    }
    finish();
  }

  /// What is still out names sequences that have ended.
  private void finish() {
    try {
      while (!out.isEmpty()) {
        complete();
      }
      drain();
    } catch (Throwable e) {
      recover(e);
    }
  }

  private void enter() {
    while (!lobby.isEmpty() && live.size() < limits.maxSequences()) {
      NaiveRequest request = lobby.remove();
      int id = 0;
      while (live.containsKey(id)) {
        id++;
      }
      live.put(id, request);
      request.enter(id, request.info(), setup.blockSize());
      submit(request);
    }
  }

  private void submit(NaiveRequest request) {
    try {
      parts.scheduler().submit(host.seen(request.sequence()));
    } catch (RequestRejectedException e) {
      live.remove(request.sequence().id());
      request.end(new Answer.Refused(e));
    }
  }

  private void step() {
    StepPlan plan = new StepPlan(limits);
    plan.clear(limits.maxStepTokens());
    parts.scheduler().plan(plan);
    parts.blocks().drainCopies(copies);
    if (plan.rows() > 0) {
      idlePlans = 0;
      if (!launch(plan)) {
        return;
      }
    } else if (out.isEmpty()) {
      idle();
    }
    boolean failed = !out.isEmpty() && out.getLast().failed;
    if (out.size() == limits.maxStepsInFlight() || plan.rows() == 0 || failed) {
      do {
        complete();
      } while (failed && !out.isEmpty());
    }
  }

  /// Nothing was planned and nothing is out: what the scheduler let go of was refused for good.
  private void idle() {
    for (NaiveRequest request : List.copyOf(live.values())) {
      if (!parts.scheduler().holds(request.sequence().id())) {
        live.remove(request.sequence().id());
        request.end(
            new Answer.Refused(
                new RequestRejectedException(
                    StandardErrorCode.PROMPT_TOO_LONG,
                    "max_tokens",
                    "it can never run: lower it")));
      }
    }
    if (!live.isEmpty() && ++idlePlans > MOST_IDLE_PLANS) {
      throw new IllegalStateException(
          "nothing is planned although " + live.size() + " wait or run");
    }
  }

  /// False when the failure of the step ended more than the step.
  private boolean launch(StepPlan plan) {
    Step step = new Step(plan);
    for (int row = 0; row < plan.rows(); row++) {
      NaiveRequest request = live.get(plan.sequence(row));
      if (request == null) {
        throw new IllegalStateException("row " + row + " is of a sequence that ended");
      }
      request.markPlanned();
      step.rows.add(request);
    }
    device.fill(plan, step.rows.stream().map(NaiveRequest::sequence).toList(), parts.blocks());
    out.add(step);
    try {
      device.run(copies);
    } catch (BackendException e) {
      return fail(step, e);
    }
    model.copy(copies);
    copies.clear();
    for (int row = 0; row < plan.rows(); row++) {
      NaiveSequence sequence = step.rows.get(row).sequence();
      int token =
          model.run(table(sequence.id()), sequence, plan.firstPosition(row), plan.tokenCount(row));
      if (plan.outputs(row) > 0) {
        sequence.arrive(token);
      }
    }
    return true;
  }

  private int[] table(int sequence) {
    int entries = parts.blocks().tableLength(sequence);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, entries));
      parts.blocks().copyTable(sequence, 0, entries, into, 0);
      return Arrays.copyOf(into.toArray(ValueLayout.JAVA_INT), entries);
    }
  }

  /// False when all is lost.
  private boolean fail(Step step, BackendException e) {
    step.failed = true;
    step.failure = e;
    if (e.severity() == BackendException.Severity.BACKEND_LOST) {
      die(e);
      return false;
    }
    return true;
  }

  private void complete() {
    Step step = out.peek();
    if (step == null) {
      return;
    }
    try {
      device.await(step.failed);
    } catch (BackendException e) {
      out.forEach(each -> each.failed = true);
      if (!fail(step, e)) {
        return;
      }
    }
    if (step.failure != null && ++failures > host.failedStepsBorne()) {
      failures = 0;
      recover(step.failure);
      return;
    }
    out.remove();
    clock.advance(NANOS_PER_STEP + step.plan.totalTokens());
    results.clear();
    results.took(NANOS_PER_STEP);
    if (step.failed) {
      results.fail();
      step.rows.forEach(request -> request.sequence().forgetArriving());
    } else {
      failures = 0;
      settle(step);
    }
    parts.scheduler().complete(step.plan, results);
    completed++;
    for (NaiveRequest request : step.rows) {
      int id = request.sequence().id();
      if (request.sequence().length() >= request.sequence().maxLength()) {
        request.end(new Answer.Served(request.generated(), FinishReason.LENGTH));
      }
      if (request.ended() && live.get(id) == request && !parts.scheduler().holds(id)) {
        live.remove(id);
      }
    }
  }

  private void settle(Step step) {
    for (int row = 0; row < step.plan.rows(); row++) {
      NaiveRequest request = step.rows.get(row);
      if (step.plan.outputs(row) > 0 && !request.ended()) {
        request.sequence().settle();
        boolean done = request.sequence().length() >= request.sequence().maxLength();
        results.set(row, 1, done ? FinishReason.LENGTH : FinishReason.NONE);
      }
    }
  }

  /// Scheduler and manager are made anew; what had computed something fails, the rest is submitted again.
  private void recover(Throwable cause) {
    recoveries = completed == completedAtRecovery ? recoveries + 1 : 1;
    completedAtRecovery = completed;
    factory.close(parts);
    device.settle();
    out.clear();
    copies.clear();
    idlePlans = 0;
    try {
      parts = factory.remake();
    } catch (RuntimeException e) {
      die(e);
      return;
    }
    for (NaiveRequest request : List.copyOf(live.values())) {
      live.remove(request.sequence().id());
      if (request.ended()) {
        continue;
      }
      if (host.fails(request.planned()) || recoveries > MOST_RECOVERIES) {
        request.end(new Answer.Failed(host.failure(cause)));
      } else {
        live.put(request.sequence().id(), request);
        request.enter(request.sequence().id(), host.again(request.info()), setup.blockSize());
        resubmit(request);
      }
    }
  }

  private void resubmit(NaiveRequest request) {
    try {
      submit(request);
    } catch (Throwable e) { // the new scheduler is no better
      live.remove(request.sequence().id());
      request.end(new Answer.Failed(host.failure(e)));
    }
  }

  private void die(Throwable cause) {
    death = cause;
    live.values().forEach(request -> request.end(new Answer.Failed(cause)));
    live.clear();
    out.clear();
  }

  void close() {
    factory.close(parts);
    device.close();
  }
}
