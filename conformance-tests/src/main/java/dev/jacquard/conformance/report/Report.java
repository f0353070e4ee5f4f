package dev.jacquard.conformance.report;

import dev.jacquard.conformance.Budget;
import java.util.List;

/// What became of one plugin.
///
/// @param plugin id and version
/// @param place where it lies, as reports name it: the last part of its path
/// @param seed the master seed
/// @param budget how much was done
/// @param components what was tried, in order
/// @param problems why the plugin, or a part of it, could not be loaded
public record Report(
    String plugin,
    String place,
    long seed,
    Budget budget,
    List<ComponentReport> components,
    List<String> problems) {
  /// Copies the lists.
  public Report {
    components = List.copyOf(components);
    problems = List.copyOf(problems);
  }

  /// How many rules of a verdict there are, over all components.
  public int count(Verdict verdict) {
    return components.stream().mapToInt(component -> component.count(verdict)).sum();
  }

  /// Whether something could not run on this machine.
  public boolean incomplete() {
    return components.stream().anyMatch(component -> component.unavailable() != null);
  }

  /// Whether a binding rule was broken or waived, or nothing could be loaded.
  public boolean broken() {
    return count(Verdict.FAIL) + count(Verdict.WAIVED) > 0 || !problems.isEmpty();
  }

  /// In one phrase: `CONFORMANT`, `NOT CONFORMANT`, `NOT RUN`.
  public String verdict() {
    if (broken()) {
      return "NOT CONFORMANT";
    }
    return incomplete() || components.isEmpty() ? "NOT RUN" : "CONFORMANT";
  }

  /// `N passed, N failed, N skipped`, of rules. Waived ones count as failed, warnings in none of the three.
  public String countLine() {
    return count(Verdict.PASS)
        + " passed, "
        + (count(Verdict.FAIL) + count(Verdict.WAIVED) + problems.size())
        + " failed, "
        + (count(Verdict.SKIP)
            + count(Verdict.UNTESTED)
            + components.stream().filter(c -> c.unavailable() != null).count())
        + " skipped";
  }
}
