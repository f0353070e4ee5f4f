package dev.jacquard.engine.core;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.PluginException;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The engine thread: takes what others ask for between two steps, and steps while there is work. Everything that touches scheduler, block manager and backend happens here.
///
/// Other threads talk to it by [#submit], [#cancel], [#finish] and [#execute], which return at once. [#start] gives it a thread; tests call [#turn] themselves.
///
/// Faults: a failed step is tried again, three times at most; a scheduler or manager that throws fails the requests that ran and both are made anew, requests that had not
/// started go on; a lost backend fails everything and the loop is [#dead].
public final class EngineLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);
  private static final long IDLE_PARK_NANOS = 1_000_000_000L;

  private final EngineClock clock;
  private final EngineEvents events;
  private final List<RequestListener> listeners;
  private final SequenceRegistry registry;
  private final StepCycle cycle;
  private final Endings endings;
  private final Recovery recovery;
  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<ActiveRequest> lobby = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "jacquard-engine");
  private volatile boolean closing;
  private volatile boolean closed;
  private volatile @Nullable EngineException death;
  private volatile int waiting;
  private volatile int running;
  private volatile int usedBlocks;
  private volatile int cachedBlocks;
  private long nextDeadline = Long.MAX_VALUE;

  /// A loop that is not started yet.
  ///
  /// @param listeners hear outcomes; the scheduler tells them the rest
  public EngineLoop(EngineParts parts, Mechanisms.Source source, List<RequestListener> listeners) {
    clock = parts.clock();
    events = parts.events();
    this.listeners = List.copyOf(listeners);
    registry = new SequenceRegistry(parts.limits().maxSequences(), clock, events);
    cycle = new StepCycle(parts, registry, new TokenChooser(parts), source.create());
    endings = new Endings(cycle, registry, clock, events);
    recovery = new Recovery(cycle, registry, endings, source, events);
    thread.setDaemon(true);
  }

  /// Starts the thread.
  public void start() {
    thread.start();
  }

  /// Runs dummy steps on the engine thread until they get no faster, so that the first request finds compiled kernels; call it after [#start] and before the first [#submit].
  ///
  /// @param most how long at most; zero does nothing
  /// @throws RuntimeException what the backend throws
  public void warmUp(Duration most) {
    if (most.isZero()) {
      return;
    }
    FutureTask<Boolean> task = new FutureTask<>(() -> warmUpHere(most), true);
    execute(task);
    try {
      task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("the warm-up failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RequestRejectedException(
          StandardErrorCode.SHUTTING_DOWN, "the thread that starts the engine was interrupted");
    }
  }

  void warmUpHere(Duration most) {
    cycle.warmUp(most.toNanos());
  }

  /// Whether the calling thread is the engine thread.
  public boolean onEngineThread() {
    return Thread.currentThread() == thread;
  }

  /// Queues a request. Failures reach it as its failure.
  public void submit(ActiveRequest request) {
    execute(new Submission(request));
    if (closed) {
      refuseLeft();
    }
  }

  /// A request on its way to the engine thread; named, so that one that comes too late can be refused.
  private final class Submission implements Runnable {
    private final ActiveRequest request;

    Submission(ActiveRequest request) {
      this.request = request;
    }

    @Override
    public void run() {
      enter(request);
    }
  }

  /// Ends all answers of a request that have not ended, as ABORTED.
  public void cancel(ActiveRequest request) {
    execute(() -> endings.end(request, null));
  }

  /// Ends one answer for a reason that only its reader could find: a stop string or a tool call.
  ///
  /// @param tool name of the first tool called, or null
  public void finish(Sequence sequence, FinishReason reason, @Nullable String tool) {
    execute(() -> {
      if (sequence.finish() == FinishReason.NONE && registry.isActive(sequence.owner())) {
        cycle.mechanisms().scheduler().cancel(sequence.id());
        registry.ended(sequence, reason);
        sequence.owner().changed();
      }
      for (RequestListener listener : listeners) {
        listener.outcome(sequence.request().serial(), reason, tool);
      }
    });
  }

  /// Runs `work` on the engine thread between two steps; dropped when the loop is closed.
  public void execute(Runnable work) {
    inbox.add(work);
    LockSupport.unpark(thread);
  }

  /// Sequences that wait, as of the last step.
  public int waiting() {
    return waiting;
  }

  /// Sequences that run, as of the last step.
  public int running() {
    return running;
  }

  /// Device blocks that sequences hold, as of the last step.
  public int usedBlocks() {
    return usedBlocks;
  }

  /// Device blocks whose content can be shared, as of the last step.
  public int cachedBlocks() {
    return cachedBlocks;
  }

  /// Why the loop stopped for good, or null while it serves.
  public @Nullable EngineException dead() {
    return death;
  }

  private void run() {
    try {
      while (!closing) {
        if (!turn() && inbox.isEmpty() && !closing) {
          long untilDeadline =
              nextDeadline == Long.MAX_VALUE ? IDLE_PARK_NANOS : nextDeadline - clock.nanos();
          LockSupport.parkNanos(this, Math.clamp(untilDeadline, 1, IDLE_PARK_NANOS));
        }
      }
    } catch (RuntimeException | Error e) {
      serveNoMore("the engine thread failed", e);
    } finally {
      shutDown();
    }
  }

  /// Takes the inbox and does one step; false when there was nothing to do.
  boolean turn() {
    boolean busy = drainInbox();
    if (death != null) {
      return busy;
    }
    try {
      checkDeadlines();
      admitFromLobby();
      boolean stepped = cycle.step();
      if (!stepped && registry.activeCount() > 0) {
        recovery.failOrphans();
      }
      busy |= stepped;
      count();
    } catch (BackendException e) {
      die(e);
      busy = true;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      tryAgain(e);
      busy = true;
    }
    return busy;
  }

  private boolean drainInbox() {
    boolean any = false;
    for (Runnable work = inbox.poll(); work != null; work = inbox.poll()) {
      any = true;
      try {
        work.run();
      } catch (BackendException e) {
        die(e);
      } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
        LOG.error("work handed to the engine thread failed", e);
        tryAgain(e);
      }
    }
    return any;
  }

  private void enter(ActiveRequest request) {
    EngineException dead = death;
    if (dead != null) {
      endings.end(request, dead);
      return;
    }
    nextDeadline = Math.min(nextDeadline, request.info().deadlineNanos());
    lobby.add(request);
  }

  /// Requests wait here only while every sequence id is taken, which a bounded queue makes rare.
  private void admitFromLobby() {
    registry.reclaim(cycle.mechanisms().scheduler());
    while (!lobby.isEmpty() && registry.hasRoom(lobby.getFirst())) {
      ActiveRequest request = lobby.removeFirst();
      if (request.done()) {
        continue;
      }
      registry.enter(request);
      for (int i = 0; i < request.count(); i++) {
        cycle.entered(request.sequence(i).id());
      }
      try {
        cycle.mechanisms().scheduler().submit(request.sequence(0));
      } catch (RequestRejectedException e) {
        endings.end(request, e);
      }
    }
  }

  private void checkDeadlines() {
    if (nextDeadline == Long.MAX_VALUE || clock.nanos() < nextDeadline) {
      return;
    }
    long now = clock.nanos();
    nextDeadline = Long.MAX_VALUE;
    for (ActiveRequest request : registry.active()) {
      expire(request, now);
    }
    for (ActiveRequest request : List.copyOf(lobby)) {
      expire(request, now);
    }
  }

  private void expire(ActiveRequest request, long now) {
    if (request.info().deadlineNanos() <= now) {
      endings.end(request, null);
    } else {
      nextDeadline = Math.min(nextDeadline, request.info().deadlineNanos());
    }
  }

  private void count() {
    waiting = cycle.mechanisms().scheduler().waiting() + lobby.size();
    running = cycle.mechanisms().scheduler().running();
    BlockSpaceManager blocks = cycle.mechanisms().blocks();
    usedBlocks = blocks.totalBlocks(Tier.DEVICE) - blocks.availableBlocks(Tier.DEVICE);
    cachedBlocks = blocks.cachedBlocks(Tier.DEVICE);
  }

  private void tryAgain(Throwable cause) {
    try {
      recovery.recover(cause);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      serveNoMore("scheduler and block manager could not be made anew", e);
    }
  }

  private void die(BackendException cause) {
    if (cause.severity() == BackendException.Severity.STEP_FAILED) {
      tryAgain(cause);
      return;
    }
    serveNoMore("the kernel backend is lost", cause);
  }

  private void serveNoMore(String why, Throwable cause) {
    LOG.error("{}; the engine serves no more requests", why, cause);
    EngineException failure =
        cause instanceof EngineException e
            ? e
            : new PluginException(StandardErrorCode.INTERNAL_ERROR, why + ": " + cause, cause);
    death = failure;
    nextDeadline = Long.MAX_VALUE;
    failAll(failure);
    waiting = 0;
    running = 0;
  }

  private void failAll(EngineException cause) {
    for (ActiveRequest request : registry.active()) {
      endings.failQuietly(request, cause);
    }
    for (ActiveRequest request : lobby) {
      endings.failQuietly(request, cause);
    }
    lobby.clear();
  }

  private void shutDown() {
    try {
      drainInbox();
      failAll(
          new RequestRejectedException(
              StandardErrorCode.SHUTTING_DOWN, "the engine was closed while the request ran"));
      recovery.closeMechanisms();
    } finally {
      closed = true;
      refuseLeft();
    }
  }

  /// Refuses requests that came after the end; whoever submits late calls this too, so none is left without an answer.
  private synchronized void refuseLeft() {
    for (Runnable left = inbox.poll(); left != null; left = inbox.poll()) {
      if (left instanceof Submission late) {
        late.request.fail(
            new RequestRejectedException(StandardErrorCode.SHUTTING_DOWN, "the engine is closed"));
        for (int i = 0; i < late.request.count(); i++) {
          late.request.sequence(i).end(FinishReason.ERROR);
        }
        late.request.changed();
      }
    }
  }

  /// Stops the thread and waits for it: running requests fail, scheduler and block manager are closed. Idempotent.
  @Override
  public void close() {
    closing = true;
    if (thread.getState() == Thread.State.NEW) {
      shutDown();
      return;
    }
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
