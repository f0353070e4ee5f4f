package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.ReleaseReason;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Every call that breaks the protocol in the state at hand.
final class IllegalCalls {
  private record Call(Rule rule, String text, Runnable body) {}

  private final SpaceDriver driver;
  private final List<Call> calls = new ArrayList<>();

  IllegalCalls(SpaceDriver driver) {
    this.driver = driver;
  }

  /// Tries one of them.
  void tryOne(int a, int b) {
    collect(a);
    Call call = calls.get(b % calls.size());
    driver.illegal(call.rule, call.text, call.body);
  }

  /// Tries all of them.
  void tryAll() {
    for (int a = 0; a < Math.max(1, driver.rows.size()); a++) {
      collect(a);
    }
    calls.forEach(call -> driver.illegal(call.rule, call.text, call.body));
  }

  private void collect(int a) {
    Row stranger = driver.row("red", 0, 4, 1, 2, 3);
    driver.forget(stranger);
    unknown(stranger.id);
    unknown(driver.shape.sequences());
    unknown(-1);
    broken("fork(unknown parent)", () -> driver.manager.fork(stranger.view, other().view));
    broken(
        "admit(" + stranger.id + ", tokens -1)",
        () -> driver.manager.admit(stranger.view, -1, false));
    if (!driver.rows.isEmpty()) {
      List<Row> rows = List.copyOf(driver.rows.values());
      Row row = rows.get(a % rows.size());
      broken(
          "admit(" + row.id + ", admitted already)",
          () -> driver.manager.admit(row.view, 1, false));
      if (row.swapped) {
        swapped(row, stranger);
      } else {
        running(row);
      }
    }
  }

  private void unknown(int id) {
    broken("reserve(" + id + ", not admitted)", () -> driver.manager.reserve(id, 1));
    broken("commit(" + id + ", not admitted)", () -> driver.manager.commit(id, 0));
    broken("truncate(" + id + ", not admitted)", () -> driver.manager.truncate(id, 0));
    broken("swapOut(" + id + ", not admitted)", () -> driver.manager.swapOut(id));
    broken("swapIn(" + id + ", not admitted)", () -> driver.manager.swapIn(id, false));
    broken("tableLength(" + id + ", not admitted)", () -> driver.manager.tableLength(id));
    broken("tableRevision(" + id + ", not admitted)", () -> driver.manager.tableRevision(id));
    broken("computedTokens(" + id + ", not admitted)", () -> driver.manager.computedTokens(id));
    broken(
        "copyTable(" + id + ", not admitted)",
        () -> driver.manager.copyTable(id, 0, 0, MemorySegment.ofArray(new int[4]), 0));
    calls.add(
        new Call(
            Rule.BSM_9,
            "release(" + id + ", not admitted or released already)",
            () -> driver.manager.release(id, ReleaseReason.FINISHED)));
  }

  private void swapped(Row row, Row stranger) {
    int id = row.id;
    broken("reserve(" + id + ", swapped out)", () -> driver.manager.reserve(id, row.computed));
    broken("commit(" + id + ", swapped out)", () -> driver.manager.commit(id, row.computed));
    broken("truncate(" + id + ", swapped out)", () -> driver.manager.truncate(id, row.computed));
    broken("swapOut(" + id + ", swapped out)", () -> driver.manager.swapOut(id));
    broken(
        "fork(parent " + id + ", swapped out)",
        () -> driver.manager.fork(row.view, row.view.fork(stranger.id, 1)));
  }

  private void running(Row row) {
    int id = row.id;
    int reserved = row.table.length * driver.shape.blockSize();
    broken("swapIn(" + id + ", not swapped out)", () -> driver.manager.swapIn(id, false));
    broken("reserve(" + id + ", -1)", () -> driver.manager.reserve(id, -1));
    broken("truncate(" + id + ", -1)", () -> driver.manager.truncate(id, -1));
    broken("commit(" + id + ", -1)", () -> driver.manager.commit(id, -1));
    broken(
        "fork(parent " + id + ", child admitted already)",
        () -> driver.manager.fork(row.view, row.view));
    calls.add(
        new Call(
            Rule.BSM_25,
            "commit("
                + id
                + ", "
                + (reserved + 1)
                + "), of which only "
                + reserved
                + " are reserved,",
            () -> driver.manager.commit(id, reserved + 1)));
    if (row.computed > 0) {
      calls.add(
          new Call(
              Rule.BSM_25,
              "commit(" + id + ", " + (row.computed - 1) + "), less than is computed,",
              () -> driver.manager.commit(id, row.computed - 1)));
    }
  }

  private Row other() {
    Row other = driver.row("red", 0, 4, 1, 2, 3);
    driver.forget(other);
    return other;
  }

  private void broken(String text, Runnable body) {
    calls.add(new Call(Rule.BSM_26, text, body));
  }
}
