package dev.jacquard.conformance.plugin;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Where a plugin lives during a check: a thread of its own in a thread group of its own, with the plugin's class loader. Threads inherit the group, so that those the plugin starts, and
/// the lines they print, can be told from everybody else's. Virtual threads cannot be listed and are not seen.
final class Quarters {
  /// What is done there.
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  private static final int MOST_THREADS = 10_000;

  private final ThreadGroup group = new ThreadGroup("plugin under test");
  private final ClassLoader loader;

  Quarters(PluginUnderTest subject) {
    ClassLoader own = subject.plugin().getClass().getClassLoader();
    loader = own == null ? ClassLoader.getSystemClassLoader() : own;
  }

  /// Runs `body` and waits for it; what it throws passes through.
  static void of(PluginUnderTest subject, Body body) throws Exception {
    new Quarters(subject).run(body);
  }

  void run(Body body) throws Exception {
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            group,
            () -> {
              try {
                body.run();
              } catch (Throwable e) {
                thrown.set(e);
              }
            },
            "conformance plugin");
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      thread.interrupt(); // the watchdog gave the check up
      throw e;
    }
    switch (thrown.get()) {
      case null -> {}
      case Exception e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError(e);
    }
  }

  /// Whether `thread` was started here.
  boolean owns(Thread thread) {
    ThreadGroup of = thread.getThreadGroup();
    return of != null && group.parentOf(of);
  }

  /// The plugin's threads that live, the calling one left out.
  @SuppressWarnings("ReferenceEquality") // class loaders have no other equality
  List<Thread> threads() {
    Thread[] all = new Thread[MOST_THREADS];
    int count = group.enumerate(all, true);
    Set<Thread> found = new LinkedHashSet<>(Arrays.asList(all).subList(0, count));
    if (loader != Quarters.class.getClassLoader() && loader != ClassLoader.getSystemClassLoader()) {
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getContextClassLoader() == loader
            || thread.getClass().getClassLoader() == loader) {
          found.add(thread);
        }
      }
    }
    found.remove(Thread.currentThread());
    found.removeIf(thread -> !thread.isAlive());
    return List.copyOf(found);
  }
}
