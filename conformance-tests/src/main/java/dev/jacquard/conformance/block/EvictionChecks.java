package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import java.util.List;
import java.util.stream.Stream;

/// The checks of the rules EVP that bind a policy (docs/spec/21-eviction.md).
public final class EvictionChecks {
  private EvictionChecks() {}

  /// All of them, in the order of their rules.
  public static List<Check<EvictionUnderTest>> all() {
    return Stream.of(
            EvictionAnswers.checks(),
            EvictionOrder.checks(),
            EvictionTiers.checks(),
            EvictionCost.checks())
        .flatMap(List::stream)
        .sorted((a, b) -> a.rule().compareTo(b.rule()))
        .toList();
  }
}
