package dev.jacquard.conformance.host;

import dev.jacquard.spi.error.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/// Requests to serve, and what is expected of them.
final class Scene {
  private static final int FIRST_TOKEN = 3;
  private static final int LAST_TOKEN = 63;

  private Scene() {}

  /// Requests of which many begin like an earlier one; each fits into 80 tokens.
  static List<Ask> crowd(RandomGenerator random, int count) {
    List<List<Integer>> stems = new ArrayList<>();
    List<Ask> asks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> prompt = tokens(random, random.nextInt(9, 44));
      if (!stems.isEmpty() && random.nextInt(3) > 0) {
        List<Integer> stem = stems.get(random.nextInt(stems.size()));
        int shared = Math.min(random.nextInt(stem.size() / 2, stem.size() + 1), prompt.size());
        prompt = new ArrayList<>(prompt);
        for (int k = 0; k < shared; k++) {
          prompt.set(k, stem.get(k));
        }
      }
      stems.add(prompt);
      asks.add(Ask.of(prompt, random.nextInt(4, 28)).withPriority(random.nextInt(3)));
    }
    return asks;
  }

  /// Requests that have nothing in common, of `length` tokens each.
  static List<Ask> strangers(RandomGenerator random, int count, int length, int maxTokens) {
    List<Ask> asks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> prompt = tokens(random, length);
      prompt.set(0, FIRST_TOKEN + i);
      asks.add(Ask.of(prompt, maxTokens));
    }
    return asks;
  }

  private static List<Integer> tokens(RandomGenerator random, int length) {
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      tokens.add(random.nextInt(FIRST_TOKEN, LAST_TOKEN + 1));
    }
    return tokens;
  }

  /// Serves `asks` on an engine of their own.
  static List<Answer> serve(HostUnderTest host, HostSetup setup, List<Ask> asks) {
    try (HostUnderTest.Started started = host.start(setup)) {
      return started.serve(asks);
    }
  }

  /// What an undisturbed host of the same sizes answers.
  static List<Answer> expected(HostUnderTest host, HostSetup setup, List<Ask> asks) {
    List<Answer> answers = serve(host, setup.with().enabling().naming(null, null, null), asks);
    for (int i = 0; i < answers.size(); i++) {
      if (!(answers.get(i) instanceof Answer.Served)) {
        throw new AssertionError(
            "without any plugin, request "
                + i
                + " of "
                + asks.size()
                + " was not served: "
                + tell(answers.get(i)));
      }
    }
    return answers;
  }

  /// The same tokens for each request.
  static void requireSame(String done, List<Answer> expected, List<Answer> seen) {
    for (int i = 0; i < expected.size(); i++) {
      requireSame(done, i, expected.get(i), seen.get(i));
    }
  }

  static void requireSame(String done, int index, Answer expected, Answer seen) {
    if (!(seen instanceof Answer.Served)) {
      throw new AssertionError(
          done
              + ": request "
              + index
              + " was not served although nobody may notice: "
              + tell(seen));
    }
    if (!expected.equals(seen)) {
      throw new AssertionError(
          done
              + ": request "
              + index
              + " was answered with other tokens than without the plugin:"
              + "\n  expected "
              + tell(expected)
              + "\n  seen     "
              + tell(seen));
    }
  }

  static String tell(Answer answer) {
    return switch (answer) {
      case Answer.Served(List<Integer> tokens, var finish) -> tokens + " " + finish;
      case Answer.Refused(var why) -> "refused: " + why.getMessage();
      case Answer.Failed(EngineException why) ->
          "failed, " + why.code().code() + ": " + why.getMessage();
      case Answer.Failed(var why) -> "failed: " + why;
    };
  }

  static void requireMetric(
      String done, HostUnderTest.Started started, String name, double expected) {
    double seen = started.metric(name);
    if (seen != expected) {
      throw new AssertionError(done + ": " + name + " is " + seen + ", expected " + expected);
    }
  }

  static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new AssertionError(complaint);
    }
  }

  /// Asks on the engine thread until it is as expected; steps that were in flight end meanwhile.
  static int settled(KitPlugin plugin, IntSupplier value, int expected) {
    int[] seen = {Integer.MIN_VALUE};
    for (int i = 0; i < 64 && seen[0] != expected; i++) {
      plugin.onEngineThread(() -> seen[0] = value.getAsInt());
    }
    return seen[0];
  }
}
