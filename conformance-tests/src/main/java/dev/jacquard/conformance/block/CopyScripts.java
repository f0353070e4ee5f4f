package dev.jacquard.conformance.block;

import static dev.jacquard.conformance.block.Script.tokens;
import static dev.jacquard.spi.block.Reservation.GRANTED;
import static dev.jacquard.spi.block.Reservation.LATER;
import static dev.jacquard.spi.block.Reservation.NEVER;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.Tier;
import java.util.List;

/// Stories of copies: on write, to the host tier and back.
final class CopyScripts {
  private static final SpaceShape POOL = SpaceShape.of(4, 8);

  private CopyScripts() {}

  static List<Check<ManagerUnderTest>> all() {
    return List.of(
        Script.of(
            Rule.BSM_12,
            "a decided copy is handed out once, in the order of decision",
            POOL,
            CopyScripts::onceInOrder,
            "drainCopies does not forget what it handed out",
            "copies are kept in a set"),
        Script.of(
            Rule.BSM_12,
            "what goes to the host tier and back before a drain is copied both ways",
            POOL.withHost(8),
            CopyScripts::throughTheHost,
            "copies are dropped by the next call"),
        Script.of(
            Rule.BSM_16,
            "fork needs no block, the first to write gets a copy",
            SpaceShape.of(4, 3),
            CopyScripts::forkWhenFull,
            "fork takes a block for the copy"),
        Script.of(
            Rule.BSM_16,
            "the other of two forks writes in place",
            POOL,
            CopyScripts::secondWritesInPlace,
            "the holder count is not lowered by copy-on-write"),
        Script.of(
            Rule.BSM_16,
            "a fork under a window holds what its parent holds",
            SpaceShape.of(2, 8).withWindow(3, 2),
            CopyScripts::forkUnderWindow,
            "entries the window gave up are held again",
            "parent and child give the same block up and free it twice"),
        Script.of(
            Rule.BSM_17,
            "without a host tier swapOut is never possible",
            POOL,
            CopyScripts::noHost,
            "LATER for what can never be"),
        Script.of(
            Rule.BSM_17,
            "a host tier that is too small answers NEVER, a full one LATER",
            POOL.withHost(2),
            CopyScripts::smallHost,
            "the size of the tier is not looked at"),
        Script.of(
            Rule.BSM_17,
            "a swapped sequence comes back with its own KV",
            POOL.withHost(4),
            CopyScripts::comesBack,
            "the content of another sequence is restored"),
        Script.of(
            Rule.BSM_17,
            "blocks that others hold stay with them",
            POOL.withHost(6),
            CopyScripts::othersKeep,
            "shared blocks are moved away from under the others"),
        Script.of(
            Rule.BSM_27,
            "a block freed and used again at once keeps the order of copies",
            SpaceShape.of(2, 2).withHost(6),
            CopyScripts::chains,
            "copies are handed out in another order than they were decided"));
  }

  private static BlockCopies drained(Script s) {
    BlockCopies copies = new BlockCopies();
    s.driver.manager.drainCopies(copies);
    return copies;
  }

  private static void onceInOrder(Script s) {
    Row first = s.admitted("red", 8, tokens(10, 6));
    s.advance(first, 6);
    Row second = s.admitted("blue", 8, tokens(50, 6));
    s.advance(second, 6);
    Row firstChild = s.driver.fork(first, 1);
    Row secondChild = s.driver.fork(second, 1);
    s.driver.drain();
    s.granted(s.driver.reserve(secondChild, 7));
    s.granted(s.driver.reserve(firstChild, 7));
    BlockCopies copies = drained(s);
    int source = second.table[1];
    s.require(
        copies.size() == 2
            && copies.source(0) == source
            && copies.target(0) == secondChild.table[1]
            && copies.target(1) == firstChild.table[1],
        () ->
            "two copies were decided, first of block "
                + source
                + " to "
                + secondChild.table[1]
                + ", then of block "
                + first.table[1]
                + " to "
                + firstChild.table[1]
                + "; drainCopies handed out "
                + text(copies));
    BlockCopies again = drained(s);
    s.require(
        again.size() == 0,
        () -> "nothing was decided since the last drainCopies, but it handed out " + text(again));
  }

  private static String text(BlockCopies copies) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < copies.size(); i++) {
      text.append(i > 0 ? ", " : "").append(copies.source(i)).append(" to ");
      text.append(copies.target(i));
    }
    return text.append("]").toString();
  }

  private static void throughTheHost(Script s) {
    Row row = s.admitted("red", 8, tokens(10, 6));
    s.advance(row, 6);
    s.driver.drain();
    s.granted(s.driver.swapOut(row));
    int[] host = row.table.clone();
    s.granted(s.driver.swapIn(row, false));
    BlockCopies copies = drained(s);
    int back = 0;
    int out = 0;
    for (int i = 0; i < copies.size(); i++) {
      for (int block : host) {
        out += copies.target(i) == block ? 1 : 0;
        back += copies.source(i) == block && out > 0 ? 1 : 0;
      }
    }
    int there = out;
    int again = back;
    s.require(
        there == 2 && again == 2,
        () ->
            "two blocks went to host blocks "
                + java.util.Arrays.toString(host)
                + " and back before anything was drained; drainCopies handed out "
                + text(copies));
  }

  private static void forkWhenFull(Script s) {
    Row parent = s.admitted("red", 3, tokens(10, 9));
    s.advance(parent, 9);
    Row child = s.driver.fork(parent, 1);
    s.require(
        s.available() == 0 && child.table.length == 3,
        () ->
            "fork on a full pool: available "
                + s.available()
                + ", the child's table "
                + Script.table(child));
    s.answers(
        "reserve past the shared partial block of a full pool", LATER, s.driver.reserve(child, 10));
    s.release(parent);
    s.answers("reserve once the parent is gone", GRANTED, s.driver.reserve(child, 10));
    s.driver.compute(child, 10, 0);
  }

  private static void secondWritesInPlace(Script s) {
    Row parent = s.admitted("red", 8, tokens(10, 6));
    s.advance(parent, 6);
    Row child = s.driver.fork(parent, 1);
    int shared = child.table[1];
    s.advance(child, 8);
    s.require(
        child.table[1] != shared,
        () -> "the child wrote into block " + shared + ", which its parent holds");
    s.advance(parent, 8);
    s.require(
        parent.table[1] == shared,
        () ->
            "the parent was the last to hold block "
                + shared
                + " and needed no copy, but got "
                + parent.table[1]);
  }

  static void forkUnderWindow(Script s) {
    Row parent = s.admitted("red", 10, tokens(10, 4));
    s.advance(parent, 4);
    s.advance(parent, 7);
    Row child = s.driver.fork(parent, 1);
    for (int to = 8; to <= 12; to++) {
      s.advance(parent, to);
      s.advance(child, to);
    }
    s.release(parent);
    s.advance(child, 14);
    s.release(child);
    s.require(
        s.available() == 8, () -> "all is released, available are " + s.available() + " of 8");
  }

  private static void noHost(Script s) {
    Row row = s.admitted("red", 8, tokens(10, 6));
    s.advance(row, 6);
    s.answers("swapOut without a host tier", NEVER, s.driver.swapOut(row));
    s.advance(row, 8);
  }

  private static void smallHost(Script s) {
    Row large = s.admitted("red", 0, tokens(10, 12));
    s.advance(large, 12);
    s.answers("swapOut of 3 blocks to a host tier of 2", NEVER, s.driver.swapOut(large));
    Row first = s.admitted("blue", 0, tokens(50, 8));
    s.advance(first, 8);
    s.answers("swapOut of 2 blocks to an empty host tier of 2", GRANTED, s.driver.swapOut(first));
    s.release(large);
    Row second = s.admitted("green", 0, tokens(70, 6));
    s.advance(second, 6);
    s.answers("swapOut of 2 blocks to a host tier that is full", LATER, s.driver.swapOut(second));
  }

  private static void comesBack(Script s) {
    Row one = s.admitted("red", 8, tokens(10, 7));
    s.advance(one, 7);
    Row two = s.admitted("blue", 8, tokens(50, 6));
    s.advance(two, 6);
    s.granted(s.driver.swapOut(one));
    s.granted(s.driver.swapOut(two));
    Row three = s.admitted("green", 0, tokens(70, 8));
    s.advance(three, 8);
    s.granted(s.driver.swapIn(two, true));
    s.granted(s.driver.swapIn(one, true));
    s.advance(one, 9);
    s.advance(two, 9);
    s.driver.drain();
    int host = s.driver.state.available(Tier.HOST);
    s.require(host == 4, () -> "nothing is swapped, available are " + host + " host blocks of 4");
  }

  private static void othersKeep(Script s) {
    Row parent = s.admitted("red", 8, tokens(10, 6));
    s.advance(parent, 6);
    Row child = s.driver.fork(parent, 1);
    s.granted(s.driver.swapOut(parent));
    s.driver.drain();
    s.advance(child, 9);
    s.granted(s.driver.swapIn(parent, true));
    s.advance(parent, 9);
    s.driver.drain();
  }

  private static void chains(Script s) {
    Row one = s.admitted("red", 0, tokens(10, 3));
    s.advance(one, 3);
    s.driver.drain();
    s.granted(s.driver.swapOut(one));
    Row two = s.admitted("blue", 0, tokens(50, 4));
    s.granted(s.driver.swapOut(two));
    s.granted(s.driver.swapIn(one, false));
    s.driver.drain();
    s.granted(s.driver.swapOut(one));
    s.granted(s.driver.swapIn(two, false));
    s.advance(two, 4);
    s.release(two);
    s.granted(s.driver.swapIn(one, false));
    s.driver.drain();
  }
}
