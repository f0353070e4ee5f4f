package dev.jacquard.conformance;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs a check on a thread of its own and gives up on it when it takes too long or too much memory.
/// A thread that does not heed interruption cannot be ended from outside: it is a daemon and is left
/// behind, and its [Ended#abandoned] says so, so that the caller may end the process.
final class Guard {
  /// How a guarded run ended.
  ///
  /// @param thrown what it threw, or null
  /// @param abandoned why it was given up, or null; its thread may still run
  record Ended(@Nullable Throwable thrown, @Nullable String abandoned) {}

  /// What may throw anything.
  @FunctionalInterface
  interface Task {
    void run() throws Exception;
  }

  private static final double MOST_OF_THE_HEAP = 0.9;
  private static final int LOOK_MILLIS = 50;
  private static final int FRAMES = 12;

  private final Duration patience;
  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

  Guard(Duration patience) {
    this.patience = patience;
  }

  Ended run(String name, Task task) {
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("conformance " + name)
            .unstarted(() -> {
              try {
                task.run();
              } catch (Throwable e) {
                thrown.set(e);
              } finally {
                done.countDown();
              }
            });
    thread.start();
    long start = System.nanoTime();
    try {
      while (!done.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        String why = reasonToGiveUp(System.nanoTime() - start);
        if (why != null) {
          String at = stack(thread);
          thread.interrupt();
          boolean ended = done.await(1, TimeUnit.SECONDS);
          return new Ended(null, why + (ended ? "" : " and did not heed its interruption") + at);
        }
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      return new Ended(null, "the run was interrupted");
    }
    return new Ended(thrown.get(), null);
  }

  private @Nullable String reasonToGiveUp(long nanos) {
    if (nanos > patience.toNanos()) {
      return "it did not return within " + patience.toSeconds() + " s";
    }
    MemoryUsage heap = memory.getHeapMemoryUsage();
    if (heap.getMax() > 0 && heap.getUsed() > MOST_OF_THE_HEAP * heap.getMax()) {
      System.gc();
      long used = memory.getHeapMemoryUsage().getUsed();
      if (used > MOST_OF_THE_HEAP * heap.getMax()) {
        return "it holds " + (used >> 20) + " MiB of a heap of " + (heap.getMax() >> 20) + " MiB";
      }
    }
    return null;
  }

  private static String stack(Thread thread) {
    StringBuilder text = new StringBuilder("; it stands at");
    StackTraceElement[] frames = thread.getStackTrace();
    for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
      text.append("\n  ").append(frames[i]);
    }
    return text.toString();
  }
}
