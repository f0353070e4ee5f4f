package dev.jacquard.conformance.plugin;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What checks demand, in words for the plugin's author.
final class Require {
  private Require() {}

  /// What a plugin does that may fail.
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  static void that(boolean holds, Supplier<String> complaint) {
    if (!holds) {
      throw new AssertionError(complaint.get());
    }
  }

  /// `value`, which the plugin answered to `call`.
  static <T> T answer(@Nullable T value, String call) {
    if (value == null) {
      throw new AssertionError(call + " answered null");
    }
    return value;
  }

  /// A list without nulls that the plugin answered to `call`.
  static <T> List<T> list(@Nullable List<T> values, String call) {
    for (T value : answer(values, call)) {
      answer(value, call + ": an element of the list");
    }
    return List.copyOf(answer(values, call));
  }

  /// Runs `action`; whatever it throws breaks the rule.
  static void quiet(String call, Action action) {
    try {
      action.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(call + " was interrupted", e);
    } catch (Exception | LinkageError | StackOverflowError e) {
      throw new AssertionError(call + " threw " + first(e), e);
    }
  }

  /// Type, message and the first place of a throwable.
  static String first(Throwable thrown) {
    StackTraceElement[] frames = thrown.getStackTrace();
    return thrown + (frames.length == 0 ? "" : " at " + frames[0]);
  }
}
