package dev.jacquard.conformance;

import java.util.List;

/// One way to find out whether a subject keeps a rule. Plain code: JUnit and the command line are two
/// entrances to it. A check makes everything it needs from the subject anew, and closes it.
///
/// @param rule the rule it decides
/// @param name what it tries, as the end of a sentence
/// @param likelyCauses what a plugin author should look at first when it fails
/// @param body the check itself
/// @param <S> what is under test
public record Check<S>(Rule rule, String name, List<String> likelyCauses, Body<S> body) {
  /// What a check does.
  ///
  /// @param <S> what is under test
  @FunctionalInterface
  public interface Body<S> {
    /// Tries `subject`. Returning means that the rule was kept.
    ///
    /// @throws NotApplicable when the subject does not claim what the check is about
    /// @throws AssertionError when the rule is broken; the message is for the plugin's author
    /// @throws Exception what the subject throws where it must not; counts as broken
    void run(S subject, Trial trial) throws Exception;
  }

  /// Copies the list.
  public Check {
    likelyCauses = List.copyOf(likelyCauses);
  }

  /// A check of `rule`.
  public static <S> Check<S> of(Rule rule, String name, Body<S> body, String... likelyCauses) {
    return new Check<>(rule, name, List.of(likelyCauses), body);
  }

  /// `BSM-7 a refused reserve changes nothing`.
  @Override
  public String toString() {
    return rule.id() + " " + name;
  }
}
