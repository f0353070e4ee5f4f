package dev.jacquard.conformance;

import java.util.List;

/// The checks of one kind of component, and the component they are for.
///
/// @param component what is under test, as reports name it: `block-manager:mine`
/// @param checks in the order they run
/// @param subject what is under test
/// @param afterEach gives back what `subject` opened during a check
/// @param <S> the kind of component
public record Suite<S>(String component, List<Check<S>> checks, S subject, Runnable afterEach) {
  /// Copies the list.
  public Suite {
    checks = List.copyOf(checks);
  }

  /// A suite whose subject opens nothing beside what checks close.
  public static <S> Suite<S> of(String component, List<Check<S>> checks, S subject) {
    return new Suite<>(component, checks, subject, () -> {});
  }
}
