package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockCopies;
import org.jspecify.annotations.Nullable;

/// What the asserting wrappers of one engine know together: its thread, which method of the scheduler runs, and which
/// copies wait for the backend. One object for each engine; it outlives managers and schedulers that are made anew.
///
/// Everything is called on the engine thread, except for the methods that say otherwise.
public final class StepProtocol {
  private final Thread starting = Thread.currentThread();
  private volatile @Nullable Thread engine;
  private volatile @Nullable AssertionError violation;

  private @Nullable AssertingBlockSpaceManager blocks;
  private @Nullable String schedulerCall;
  private boolean scheduled;
  private boolean executed;
  private boolean drainDue;
  private int plannings;
  private BlockCopies pending = new BlockCopies();

  /// The engine thread is the one that makes the first call which only the engine thread may make.
  public StepProtocol() {}

  /// The engine thread is `engine`.
  public StepProtocol(Thread engine) {
    this.engine = engine;
  }

  /// The first rule that was broken, or null. Somebody may have swallowed the error: a host catches what a policy
  /// throws, a thread may end by it. So a test looks here too. Any thread.
  public @Nullable AssertionError violation() {
    return violation;
  }

  /// Fails if a rule was broken, with the first error as the cause. Any thread.
  public void verify() {
    AssertionError first = violation;
    if (first != null) {
      throw new AssertionError(first.getMessage(), first);
    }
  }

  AssertionError broken(Rule rule, String complaint) {
    return broken(rule, complaint, null);
  }

  AssertionError broken(Rule rule, String complaint, @Nullable Throwable cause) {
    AssertionError error =
        new AssertionError(rule.id() + " (" + rule.title() + "): " + complaint, cause);
    if (violation == null) {
      violation = error;
    }
    return error;
  }

  /// A call that only the engine thread may make.
  void onEngineThread(String call) {
    Thread thread = engine;
    if (thread == null) {
      engine = Thread.currentThread();
    } else if (Thread.currentThread() != thread) {
      throw offThread(call, "the engine thread is " + thread.getName());
    }
  }

  /// A call that belongs to the engine thread, or to the thread that starts the engine.
  void onEngineOrStartingThread(String call) {
    Thread thread = engine;
    Thread caller = Thread.currentThread();
    if (caller != starting && thread != null && caller != thread) {
      throw offThread(
          call,
          "the engine thread is " + thread.getName() + ", it was started by " + starting.getName());
    }
  }

  /// A question that is free until the engine runs.
  void asked(String call) {
    if (engine != null) {
      onEngineThread(call);
    }
  }

  private AssertionError offThread(String call, String who) {
    return broken(
        Rule.SCH_21,
        call + " was called by thread " + Thread.currentThread().getName() + ", but " + who);
  }

  /// A new manager: nothing of the one before is owed any more.
  void manages(AssertingBlockSpaceManager manager) {
    blocks = manager;
    drainDue = false;
    schedulerCall = null;
    pending = new BlockCopies();
  }

  /// A scheduler is watched: mutators are its own.
  void schedules() {
    scheduled = true;
  }

  /// A backend is watched: copies must reach it.
  void executes() {
    executed = true;
  }

  @Nullable AssertingBlockSpaceManager blocks() {
    return blocks;
  }

  void enterScheduler(String call) {
    schedulerCall = call;
    plannings = 0;
  }

  void leaveScheduler() {
    schedulerCall = null;
  }

  boolean inScheduler(String call) {
    return call.equals(schedulerCall);
  }

  int plannings() {
    return plannings;
  }

  /// The manager's `planning` was called.
  void planning() {
    if (scheduled && !inScheduler("plan")) {
      throw broken(Rule.SCH_18, "planning was called outside the scheduler's plan");
    }
    if (++plannings > 1 && scheduled) {
      throw broken(Rule.SCH_18, "planning was called " + plannings + " times in one plan");
    }
  }

  /// A mutator of the manager is called.
  void mutates(String call) {
    if (!scheduled) {
      return;
    }
    if (schedulerCall == null) {
      throw broken(Rule.SCH_18, call + " was called outside the scheduler's methods");
    }
    if (plannings == 0 && inScheduler("plan")) {
      throw broken(Rule.SCH_18, call + " came before planning in a plan");
    }
  }

  /// `commit` and `truncate` belong to `complete`.
  void settles(String call, boolean afterSwapIn) {
    mutates(call);
    if (scheduled && !inScheduler("complete") && !afterSwapIn) {
      throw broken(
          Rule.SCH_18, call + " was called in the scheduler's " + schedulerCall + ", not complete");
    }
  }

  /// The host calls something between the scheduler's methods.
  void betweenSchedulerCalls(String call) {
    if (schedulerCall != null) {
      throw broken(
          Rule.SCH_18, call + " is the host's, and was called in the scheduler's " + schedulerCall);
    }
  }

  void planned() {
    drainDue = true;
  }

  /// The host took the copies `[from, all.size())`.
  void drained(BlockCopies all, int from) {
    drainDue = false;
    if (executed) {
      for (int i = from; i < all.size(); i++) {
        pending.add(all.source(i), all.target(i));
      }
    }
  }

  /// The host gives copies to the backend: all that wait, in order.
  void copies(BlockCopies copies) {
    if (blocks == null) {
      return;
    }
    boolean same = copies.size() == pending.size();
    for (int i = 0; same && i < copies.size(); i++) {
      same = copies.source(i) == pending.source(i) && copies.target(i) == pending.target(i);
    }
    if (!same) {
      throw broken(
          Rule.BSM_12,
          "copyBlocks got " + text(copies) + ", but the manager handed out " + text(pending));
    }
  }

  /// The backend took them.
  void copied() {
    pending.clear();
  }

  /// A step is about to be enqueued.
  void steps() {
    if (drainDue && blocks != null) {
      throw broken(Rule.BSM_12, "a step began, but drainCopies was not called since its plan");
    }
    if (pending.size() > 0) {
      throw broken(
          Rule.BSM_12, "a step began, but the backend has not taken the copies " + text(pending));
    }
  }

  private static String text(BlockCopies copies) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < copies.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(copies.source(i)).append('>').append(copies.target(i));
    }
    return text.append(']').toString();
  }
}
