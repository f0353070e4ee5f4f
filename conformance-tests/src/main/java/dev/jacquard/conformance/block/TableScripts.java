package dev.jacquard.conformance.block;

import static dev.jacquard.conformance.block.Script.tokens;
import static dev.jacquard.spi.block.Reservation.GRANTED;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Stories of tables, windows, events and housekeeping.
final class TableScripts {
  private static final SpaceShape POOL = SpaceShape.of(4, 8);

  private TableScripts() {}

  static List<Check<ManagerUnderTest>> all() {
    return List.of(
        Script.of(
            Rule.BSM_11,
            "copyTable writes the entries asked for and nothing else",
            POOL,
            TableScripts::copiesTheRange,
            "`from` or `byteOffset` is left out"),
        Script.of(
            Rule.BSM_11,
            "the revision grows when an entry changes, not when one is added",
            POOL.withHost(8),
            TableScripts::revisions,
            "copy-on-write does not raise the revision",
            "swaps do not raise the revision"),
        Script.of(
            Rule.BSM_21,
            "the window gives up exactly what no later position sees",
            SpaceShape.of(4, 8).withWindow(6, 0),
            TableScripts::window,
            "rounding of the first visible block"),
        Script.of(
            Rule.BSM_21,
            "sinks stay, also when they do not fill a block",
            SpaceShape.of(4, 8).withWindow(4, 5),
            TableScripts::sinks,
            "the sink tokens are rounded down to blocks"),
        Script.of(
            Rule.BSM_21,
            "admission does not hold matched blocks it cannot see",
            SpaceShape.of(2, 12).withWindow(4, 0),
            TableScripts::matchedUnseen,
            "the whole match is held"),
        Script.of(
            Rule.BSM_18,
            "a life of two sequences is told event by event",
            SpaceShape.of(4, 4).withHost(4),
            TableScripts::events,
            "an event is left out",
            "hits are told for blocks that are computed again"),
        Script.of(
            Rule.BSM_18,
            "what preemption gave up and took again counts as hits only once",
            POOL,
            TableScripts::preempted,
            "computed blocks are told as hits"),
        Script.of(
            Rule.BSM_31,
            "planning leaves every later reserve as it was",
            SpaceShape.of(4, 4).withHost(8).withWatermark(0.5),
            TableScripts::planning,
            "prefetched blocks are held",
            "prefetches take the last free blocks"));
  }

  private static void copiesTheRange(Script s) {
    Row row = s.admitted("red", 8, tokens(10, 16));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(4 * 8, 4);
      into.fill((byte) 0x5A);
      s.driver.manager.copyTable(row.id, 1, 2, into, 4 * 3);
      for (int i = 0; i < 8; i++) {
        int at = i;
        int expected = i == 3 || i == 4 ? row.table[i - 2] : 0x5A5A5A5A;
        int found = into.getAtIndex(ValueLayout.JAVA_INT, i);
        s.require(
            found == expected,
            () ->
                "copyTable("
                    + row.id
                    + ", from 1, count 2, into, byteOffset 12) of the table "
                    + Script.table(row)
                    + ": int "
                    + at
                    + " of the memory must be "
                    + (at == 3 || at == 4 ? "" + expected : "left alone")
                    + ", it is "
                    + found);
      }
    }
  }

  private static void revisions(Script s) {
    Row row = s.admitted("red", 12, tokens(10, 6));
    s.advance(row, 6);
    s.granted(s.driver.reserve(row, 16));
    Row child = s.driver.fork(row, 1);
    s.advance(child, 9);
    s.granted(s.driver.swapOut(row));
    s.granted(s.driver.swapIn(row, true));
    s.advance(row, 9);
    s.driver.truncate(row, 3);
    s.advance(row, 9);
  }

  private static void window(Script s) {
    Row row = s.row("red", 30, tokens(10, 4));
    s.granted(s.driver.admit(row, 4, false));
    for (int to = 4; to <= 30; to++) {
      s.advance(row, to);
    }
    s.release(row);
    s.require(
        s.available() == 8, () -> "all is released, available are " + s.available() + " of 8");
  }

  private static void sinks(Script s) {
    window(s);
  }

  private static void matchedUnseen(Script s) {
    Row first = s.admitted("red", 2, tokens(10, 12));
    s.computed(first, 12);
    for (int to = 2; to <= 12; to += 2) {
      s.driver.commit(first, to);
    }
    s.release(first);
    Row second = s.row("red", 2, tokens(10, 13));
    s.granted(s.driver.admit(second, 13, false));
    s.advance(second, 13);
    s.driver.drain();
  }

  private static void events(Script s) {
    Row first = s.admitted("red", 4, tokens(10, 9));
    s.advance(first, 9);
    Row second = s.admitted("red", 4, tokens(10, 9));
    s.advance(second, 9);
    s.release(first);
    s.granted(s.driver.swapOut(second));
    s.cache("blue", tokens(50, 16));
    s.granted(s.driver.swapIn(second, false));
    s.advance(second, 12);
    s.release(second);
    s.driver.clear();
  }

  private static void preempted(Script s) {
    Row row = s.admitted("red", 8, tokens(10, 10));
    s.advance(row, 10);
    s.driver.release(row, dev.jacquard.spi.block.ReleaseReason.PREEMPTED);
    Row again = s.admitted("red", 8, tokens(10, 10));
    s.advance(again, 12);
    s.release(again);
  }

  private static void planning(Script s) {
    s.cache("red", tokens(10, 8));
    s.cache("blue", tokens(50, 16));
    s.driver.clear();
    s.cache("green", tokens(70, 8));
    Row parked = s.admitted("blue", 0, tokens(50, 16));
    s.advance(parked, 16);
    s.granted(s.driver.swapOut(parked));
    s.release(parked);
    for (int i = 0; i < 3; i++) {
      s.driver.planning();
    }
    int available = s.available();
    s.require(available == 4, () -> "after planning() " + available + " of 4 are available");
    Row row = s.row("white", 12, tokens(90, 4));
    s.granted(s.driver.admit(row, 4, false));
    s.driver.planning();
    s.answers("reserve of all 4 blocks after planning()", GRANTED, s.driver.reserve(row, 16));
  }
}
