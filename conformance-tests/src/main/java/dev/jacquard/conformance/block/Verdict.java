package dev.jacquard.conformance.block;

import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Remembers what was called and says which rule was broken. With a rule of its own it overlooks what
/// breaks others, as far as the script can go on.
final class Verdict {
  private static final int LAST_CALLS = 40;

  private final @Nullable Rule only;
  private final SpaceShape shape;
  private final List<String> calls = new ArrayList<>();

  /// @param only the rule that is tried, or null to end at the first rule broken
  Verdict(@Nullable Rule only, SpaceShape shape) {
    this.only = only;
    this.shape = shape;
  }

  /// Notes a call.
  void did(String call) {
    calls.add(call);
  }

  /// Demands something that `rule` says.
  void require(Rule rule, boolean holds, Supplier<String> message) {
    if (!holds && (only == null || only == rule)) {
      throw new Violation(rule, message.get() + history());
    }
  }

  /// What a legal call answers; when it throws, `rule` is broken.
  <T> T call(Rule rule, String text, Supplier<T> body) {
    try {
      return body.get();
    } catch (RuntimeException e) {
      did(text + " threw " + e);
      String message = text + " is a legal call here, and threw " + e + at(e);
      if (only == null || only == rule) {
        throw new Violation(rule, message + history());
      }
      throw new NotApplicable(
          only.id() + " could not be tried, for " + rule.id() + " is broken: " + message);
    }
  }

  /// Ends a script whose preparation was refused.
  NotApplicable cannotGoOn(String why) {
    return new NotApplicable("could not be tried: " + why + history());
  }

  /// The calls so far, for a message.
  String history() {
    StringBuilder text = new StringBuilder("\non ").append(shape).append(", after");
    int from = Math.max(0, calls.size() - LAST_CALLS);
    if (from > 0) {
      text.append("\n  (").append(from).append(" calls before)");
    }
    for (String call : calls.subList(from, calls.size())) {
      text.append("\n  ").append(call);
    }
    return text.toString();
  }

  private static String at(RuntimeException e) {
    return e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0];
  }
}
