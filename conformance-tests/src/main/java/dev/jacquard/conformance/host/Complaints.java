package dev.jacquard.conformance.host;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// What the kit's plugins saw go wrong. They run inside the host, which keeps their exceptions to itself; so
/// they write it down, and the check reads it when the requests have ended. Any thread.
final class Complaints {
  private static final int KEPT = 5;

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  void add(String line) {
    if (count.incrementAndGet() <= KEPT) {
      lines.add(line);
    }
  }

  void unless(boolean holds, String line) {
    if (!holds) {
      add(line);
    }
  }

  /// Fails the check if there is any.
  void requireNone(String done) {
    if (count.get() > 0) {
      throw new AssertionError(
          done
              + ": "
              + count.get()
              + " times something was wrong, first:\n  "
              + String.join("\n  ", lines));
    }
  }
}
