package dev.jacquard.engine.kernel.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Runs the items of one region at a time on a few daemon threads and the caller.
///
/// Items are handed out one by one from a shared counter, so a thread that the operating system
/// holds up delays only the item it has. Who runs an item never changes its result: items write to
/// disjoint places. Workers spin for a bounded time after a region and then park; a region
/// allocates nothing.
///
/// One thread at a time may call [#run]; items must not call it.
final class WorkerPool implements AutoCloseable {
  /// What a region does. `worker` is below [WorkerPool#threads] and tells which scratch memory to
  /// use.
  interface Task {
    void run(int worker, int item);
  }

  private static final long SPIN_NANOS = 100_000;
  private static final long NAP_NANOS = 20_000;

  /// High half: number of the region; low half: items not yet handed out. A compare-and-set on the
  /// whole word cannot succeed across regions, and `task` and `total` are read only after it
  /// succeeded, while the region cannot end because the claimed item is open.
  private final AtomicLong open = new AtomicLong();

  private final AtomicInteger finished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Worker[] workers;
  private volatile boolean closed;
  private @Nullable Task task;
  private int total;

  /// A pool of `threads` threads, the caller of [#run] included.
  WorkerPool(int threads, String name) {
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1, name + "-" + (i + 1));
    }
    for (Worker worker : workers) {
      worker.start();
    }
  }

  /// Threads that run items, the caller included.
  int threads() {
    return workers.length + 1;
  }

  /// Runs items `[0, items)` of `work` and returns when all are done. What an item threw is thrown
  /// here, after the others have finished.
  void run(Task work, int items) {
    if (workers.length == 0 || items <= 1) {
      for (int item = 0; item < items; item++) {
        work.run(0, item);
      }
      return;
    }
    if (closed) {
      throw new IllegalStateException("the worker pool is closed");
    }
    task = work;
    total = items;
    finished.set(0);
    open.set((((open.get() >>> 32) + 1) << 32) | items);
    for (Worker worker : workers) {
      if (worker.parked) {
        LockSupport.unpark(worker);
      }
    }
    while (runOne(0)) {
      Thread.onSpinWait();
    }
    awaitAll(items);
    Throwable thrown = failure.getAndSet(null);
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private void awaitAll(int items) {
    long deadline = 0;
    for (int spins = 0; finished.get() != items; spins++) {
      if ((spins & 63) != 63) {
        Thread.onSpinWait();
      } else if (deadline == 0) {
        deadline = System.nanoTime() + SPIN_NANOS;
      } else if (System.nanoTime() - deadline > 0) {
        LockSupport.parkNanos(this, NAP_NANOS);
      }
    }
  }

  /// Claims and runs an item; false when there is none.
  private boolean runOne(int worker) {
    long seen = open.get();
    int left = (int) seen;
    if (left == 0) {
      return false;
    }
    if (open.compareAndSet(seen, seen - 1)) {
      Task work = task;
      try {
        if (work != null) {
          work.run(worker, total - left);
        }
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      } finally {
        finished.getAndIncrement();
      }
    }
    return true;
  }

  /// Ends the threads and waits for them; idempotent.
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Worker extends Thread {
    private final int index;
    private volatile boolean parked;

    private Worker(int index, String name) {
      super(name);
      this.index = index;
      setDaemon(true);
    }

    @Override
    public void run() {
      long deadline = 0;
      int spins = 0;
      while (!closed) {
        if (runOne(index)) {
          deadline = 0;
          spins = 0;
        } else if ((++spins & 63) != 0) {
          Thread.onSpinWait();
        } else if (deadline == 0) {
          deadline = System.nanoTime() + SPIN_NANOS;
        } else if (System.nanoTime() - deadline > 0) {
          rest();
          deadline = 0;
        }
      }
    }

    /// The flag is raised before the last look at the counter, and the caller writes the counter
    /// before it looks at the flag: one of the two sees the other.
    private void rest() {
      parked = true;
      if ((int) open.get() == 0 && !closed) {
        LockSupport.park(this);
      }
      parked = false;
    }
  }
}
