package dev.jacquard.conformance.host;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Throws or lies at a chosen call of a chosen method, and counts the calls after that. It outlives the object that
/// it stands before, so that the next one of the same engine does not fail again.
final class Fuse {
  /// What plugins throw: their own errors, and those of a jar that lacks a class.
  static final Callable<@Nullable Object> EXCEPTION =
      () -> {
        throw new IllegalStateException("the kit's plugin fails as it was told");
      };

  /// A class that the plugin's jar lacks.
  static final Callable<@Nullable Object> ERROR =
      () -> {
        throw new NoClassDefFoundError("the kit's plugin fails as it was told");
      };

  private final String method;
  private final int at;
  private final int times;
  private final Callable<@Nullable Object> fault;
  private final BooleanSupplier ready;
  private final String lie;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger blown = new AtomicInteger();
  private final AtomicInteger after = new AtomicInteger();

  private Fuse(
      String method,
      int at,
      int times,
      Callable<@Nullable Object> fault,
      BooleanSupplier ready,
      String lie) {
    this.method = method;
    this.at = at;
    this.times = times;
    this.fault = fault;
    this.ready = ready;
    this.lie = lie;
  }

  /// Throws, or answers what `fault` returns, once.
  static Fuse once(String method, int at, Callable<@Nullable Object> fault) {
    return new Fuse(method, at, 1, fault, () -> true, "");
  }

  /// The same at each call from the `at`-th on.
  static Fuse always(String method, int at, Callable<@Nullable Object> fault) {
    return new Fuse(method, at, Integer.MAX_VALUE - at, fault, () -> true, "");
  }

  /// The same at `times` calls in a row.
  static Fuse repeated(String method, int at, int times, Callable<@Nullable Object> fault) {
    return new Fuse(method, at, times, fault, () -> true, "");
  }

  /// Answers `lie` once.
  static Fuse lying(String method, int at, int lie) {
    return new Fuse(method, at, 1, () -> lie, () -> true, ", answering " + lie);
  }

  /// Once, at the first call when `ready` says so.
  static Fuse when(String method, BooleanSupplier ready, Callable<@Nullable Object> fault) {
    return new Fuse(method, 1, 1, fault, ready, "");
  }

  /// Before `real`.
  <T> T before(Class<T> type, T real) {
    return Tap.on(type, real, this::call);
  }

  private @Nullable Object call(String called, @Nullable Object[] arguments, Tap.Real real)
      throws Throwable {
    if (blown.get() > 0) {
      after.incrementAndGet();
    }
    if (called.equals(method) && ready.getAsBoolean()) {
      int call = calls.incrementAndGet();
      if (call >= at && call < at + times) {
        blown.incrementAndGet();
        return fault.call();
      }
    }
    return real.call();
  }

  boolean blown() {
    return blown.get() > 0;
  }

  /// Calls of any method after the one that threw.
  int callsAfter() {
    return after.get();
  }

  /// `victim, call 3`.
  @Override
  public String toString() {
    return method
        + ", call "
        + at
        + (times == 1
            ? ""
            : times == 2 || times == 3 ? " and the next " + (times - 1) : " and each after it")
        + lie;
  }
}
