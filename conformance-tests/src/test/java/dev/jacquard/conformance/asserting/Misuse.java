package dev.jacquard.conformance.asserting;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;
import java.util.Arrays;
import org.junit.jupiter.api.function.Executable;

/// What the tests of asserting wrappers share.
final class Misuse {
  static final int BLOCK = 4;

  private Misuse() {}

  /// `misuse` must fail, by `rule`, with a message that contains `phrase`; and the protocol must remember it.
  static void breaks(StepProtocol protocol, Rule rule, String phrase, Executable misuse) {
    AssertionError error = assertThrows(AssertionError.class, misuse);
    String message = String.valueOf(error.getMessage());
    assertTrue(message.startsWith(rule.id() + " "), message);
    assertTrue(message.contains(phrase), message);
    assertSame(error, protocol.violation());
    assertThrows(AssertionError.class, protocol::verify);
  }

  /// A sequence of `length` tokens that are its own.
  static NaiveSequence sequence(int id, int length) {
    int[] prompt = new int[length];
    Arrays.setAll(prompt, i -> 1000 * (id + 1) + i);
    return new NaiveSequence(id, 0, NaiveRequests.of(id, 0, 0, "t"), prompt, 48, BLOCK, -1);
  }
}
