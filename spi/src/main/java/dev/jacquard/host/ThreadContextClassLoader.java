package dev.jacquard.host;

import org.jspecify.annotations.Nullable;

/// Sets the calling thread's context class loader and puts the old one back when closed.
///
/// Used around a plugin's construction, `open`, `create` and `close`, so that libraries inside a plugin that look services up find their own. Never used inside a step: a step calls
/// plugins a thousand times a second, and they must not depend on it.
public final class ThreadContextClassLoader implements AutoCloseable {
  private final Thread thread;
  private final @Nullable ClassLoader before;

  private ThreadContextClassLoader(Thread thread, @Nullable ClassLoader loader) {
    this.thread = thread;
    this.before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
  }

  /// Sets `loader` until the answer is closed by the same thread.
  public static ThreadContextClassLoader swap(@Nullable ClassLoader loader) {
    return new ThreadContextClassLoader(Thread.currentThread(), loader);
  }

  @Override
  public void close() {
    thread.setContextClassLoader(before);
  }
}
