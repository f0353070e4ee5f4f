package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A short, fixed story about one rule, told to a driver that overlooks all other rules.
final class Script implements AutoCloseable {
  final SpaceDriver driver;
  private final Rule rule;

  private Script(ManagerUnderTest subject, SpaceShape shape, Rule rule) {
    this.rule = rule;
    driver = new SpaceDriver(subject, shape, rule);
  }

  static Check<ManagerUnderTest> of(
      Rule rule, String name, SpaceShape shape, Consumer<Script> story, String... causes) {
    return Check.of(
        rule,
        name,
        (subject, trial) -> {
          try (Script script = new Script(subject, shape, rule)) {
            story.accept(script);
          }
        },
        causes);
  }

  /// `count` tokens from `first` on: 10, 11, 12.
  static int[] tokens(int first, int count) {
    return IntStream.range(first, first + count).toArray();
  }

  /// `prompt` with another token at `position`.
  static int[] with(int[] prompt, int position, int token) {
    int[] changed = prompt.clone();
    changed[position] = token;
    return changed;
  }

  /// Demands what the story is about.
  void require(boolean holds, Supplier<String> message) {
    driver.verdict.require(rule, holds, message);
  }

  /// A sequence that may grow by `more`, not admitted.
  Row row(String scope, int more, int... prompt) {
    return driver.row(scope, 0, prompt.length + more, prompt);
  }

  /// A sequence that is admitted with room for its whole prompt.
  Row admitted(String scope, int more, int... prompt) {
    Row row = row(scope, more, prompt);
    granted(driver.admit(row, prompt.length, false));
    return row;
  }

  /// Reserves, computes and commits up to `to`.
  void advance(Row row, int to) {
    computed(row, to);
    driver.settleTo(row, to);
    driver.commit(row, to);
  }

  /// Reserves and computes up to `to`.
  void computed(Row row, int to) {
    granted(driver.reserve(row, to));
    driver.compute(row, to, 0);
  }

  void release(Row row) {
    driver.release(row, ReleaseReason.FINISHED);
  }

  /// Leaves the full blocks of `prompt` in the cache, held by nobody.
  void cache(String scope, int... prompt) {
    Row row = admitted(scope, 0, prompt);
    advance(row, prompt.length);
    release(row);
  }

  /// Goes on only if a wish that must be met was met.
  void granted(Reservation answer) {
    if (answer != Reservation.GRANTED) {
      throw driver.verdict.cannotGoOn("a wish was refused that should have been granted");
    }
  }

  int available() {
    return driver.state.available(dev.jacquard.spi.block.Tier.DEVICE);
  }

  int cached() {
    return driver.state.cached(dev.jacquard.spi.block.Tier.DEVICE);
  }

  /// Demands an answer to a wish.
  void answers(String wish, Reservation expected, Reservation answer) {
    require(answer == expected, () -> wish + " must answer " + expected + ", not " + answer);
  }

  static String table(Row row) {
    return Arrays.toString(row.table);
  }

  @Override
  public void close() {
    driver.close();
  }
}
