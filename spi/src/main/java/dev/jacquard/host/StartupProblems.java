package dev.jacquard.host;

import dev.jacquard.spi.error.ConfigurationException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects what stands in the way of a start, so that the operator reads all of it at once and not one problem a try. One thread.
public final class StartupProblems {
  private final List<String> lines = new ArrayList<>();
  private final List<Throwable> causes = new ArrayList<>();

  /// No problems yet.
  public StartupProblems() {}

  /// Adds a problem.
  public void add(String line) {
    add(line, null);
  }

  /// Adds a problem with what was thrown.
  public void add(String line, @Nullable Throwable cause) {
    lines.add(line.replaceAll("\\s*\\R\\s*", " "));
    if (cause != null) {
      causes.add(cause);
    }
  }

  /// Adds several.
  public void addAll(Collection<String> more) {
    more.forEach(this::add);
  }

  /// Adds all of `others`.
  public void addAll(StartupProblems others) {
    lines.addAll(others.lines);
    causes.addAll(others.causes);
  }

  /// Whether there is none.
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /// The problems, one line each.
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /// Ends the start if there is a problem: one alone is the message; several are listed, one a line. What was thrown is suppressed in it.
  public void throwIfAny() {
    if (lines.isEmpty()) {
      return;
    }
    String message =
        lines.size() == 1
            ? lines.getFirst()
            : lines.size() + " problems:\n  - " + String.join("\n  - ", lines);
    ConfigurationException failure = new ConfigurationException(message);
    causes.forEach(failure::addSuppressed);
    throw failure;
  }
}
