package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Rule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides what a complaint means for a check of one rule: a complaint about that rule is its
/// failure; one about another rule is the business of another check, and ends this drive when what
/// follows would make no sense. Keeps the calls so far, for the message.
final class Ruling {
  /// The drive ends without a verdict: another rule is broken. An error, so that no scheduler
  /// catches it.
  static final class Over extends Error {
    @java.io.Serial private static final long serialVersionUID = 1;

    Over(String message) {
      super(message, null, false, false);
    }
  }

  private static final int SHOWN = 14;

  private final Rule focus;
  private final List<String> calls = new ArrayList<>();
  private @Nullable Error first;

  Ruling(Rule focus) {
    this.focus = focus;
  }

  /// The rule of the check.
  Rule focus() {
    return focus;
  }

  /// Notes what was done, for messages and for comparing two drives.
  void note(String call) {
    calls.add(call);
  }

  /// Everything noted.
  List<String> calls() {
    return calls;
  }

  /// `rule` is broken; what follows still makes sense.
  void complain(Rule rule, String complaint) {
    if (rule == focus && first == null) {
      first = new AssertionError(complaint + history());
      throw first;
    }
  }

  /// One of `rules` is broken, and nothing that follows makes sense.
  void stop(String complaint, Rule... rules) {
    if (first == null) {
      boolean mine = List.of(rules).contains(focus);
      first = mine ? new AssertionError(complaint + history()) : new Over(complaint);
    }
    throw first;
  }

  /// Throws again what was thrown inside a scheduler that swallowed it.
  void rethrow() {
    if (first != null) {
      throw first;
    }
  }

  /// The last calls, one a line.
  String history() {
    int from = Math.max(0, calls.size() - SHOWN);
    String shown = String.join("\n  ", calls.subList(from, calls.size()));
    return "\nThe calls before that"
        + (from > 0 ? ", the last of " + calls.size() : "")
        + ":\n  "
        + shown;
  }
}
