package dev.jacquard.conformance.block;

import static dev.jacquard.conformance.block.Script.tokens;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.util.List;

/// Stories of blocks that are counted, shared when full, given back and forgotten.
final class CountingScripts {
  private static final SpaceShape POOL = SpaceShape.of(4, 8);

  private CountingScripts() {}

  static List<Check<ManagerUnderTest>> all() {
    return List.of(
        Script.of(
            Rule.BSM_1,
            "blocks that parent and child both release come back once",
            POOL,
            CountingScripts::comeBackOnce,
            "a block that stands in two lists is freed for each of them"),
        Script.of(
            Rule.BSM_2,
            "blocks that parent and child both release are handed out once",
            POOL,
            CountingScripts::comeBackOnce,
            "a block that stands in two lists is freed for each of them"),
        Script.of(
            Rule.BSM_2,
            "parent and child write into blocks of their own",
            POOL,
            CountingScripts::writersApart,
            "copy-on-write does not enter the copy"),
        Script.of(
            Rule.BSM_1,
            "blocks that a window takes from a fork stay with the other",
            SpaceShape.of(2, 8).withWindow(3, 2),
            CopyScripts::forkUnderWindow,
            "parent and child give the same block up and free it twice"),
        Script.of(
            Rule.BSM_1,
            "a pool of one block is used to the full",
            SpaceShape.of(1, 1),
            CountingScripts::oneBlock,
            "an off-by-one in the pool"),
        Script.of(
            Rule.BSM_3,
            "blocks that are computed but not committed are not matched",
            POOL,
            CountingScripts::notYetCommitted,
            "blocks are cached when they are reserved"),
        Script.of(
            Rule.BSM_3,
            "a block that is not full is not matched",
            POOL,
            CountingScripts::notFull,
            "the partial last block is cached"),
        Script.of(
            Rule.BSM_3,
            "a full, committed block counts as cached while it is held",
            POOL,
            CountingScripts::cachedWhileHeld,
            "only idle blocks are counted"),
        Script.of(
            Rule.BSM_3,
            "nothing is shared when sharing is off",
            POOL.withoutSharing(),
            CountingScripts::sharingOff,
            "prefixSharing() is not read"),
        Script.of(
            Rule.BSM_9,
            "released blocks are idle or free, and a second release is refused",
            POOL,
            CountingScripts::releaseOnce,
            "the second release frees the blocks again"),
        Script.of(
            Rule.BSM_9,
            "a sequence that was swapped out gives its host blocks back",
            POOL.withHost(8),
            CountingScripts::releaseSwapped,
            "release looks at device blocks only"),
        Script.of(
            Rule.BSM_20,
            "clear forgets idle blocks of both tiers and leaves held ones",
            SpaceShape.of(4, 4).withHost(4),
            CountingScripts::clear,
            "the host tier is left out"),
        Script.of(
            Rule.BSM_20,
            "after clear with nothing admitted nothing is cached",
            POOL,
            CountingScripts::clearAll,
            "the tree is emptied, the counts are not"));
  }

  private static void comeBackOnce(Script s) {
    Row parent = s.admitted("red", 8, tokens(10, 10));
    s.advance(parent, 10);
    Row child = s.driver.fork(parent, 0);
    s.release(parent);
    s.release(child);
    s.driver.clear();
    Row all = s.admitted("blue", 0, tokens(50, 32));
    long different = java.util.Arrays.stream(all.table).distinct().count();
    s.require(
        different == 8,
        () ->
            "a sequence of all 8 blocks has "
                + different
                + " different ones: "
                + Script.table(all));
  }

  private static void writersApart(Script s) {
    Row parent = s.admitted("red", 8, tokens(10, 6));
    s.advance(parent, 6);
    Row child = s.driver.fork(parent, 1);
    s.granted(s.driver.reserve(parent, 8));
    s.granted(s.driver.reserve(child, 8));
    s.driver.compute(parent, 8, 0);
    s.driver.compute(child, 8, 0);
  }

  private static void oneBlock(Script s) {
    for (int round = 0; round < 3; round++) {
      Row row = s.admitted("red", 0, 10 + round);
      s.advance(row, 1);
      s.release(row);
    }
  }

  private static void notYetCommitted(Script s) {
    Row row = s.admitted("red", 4, tokens(10, 9));
    s.computed(row, 9);
    Row same = s.row("red", 4, tokens(10, 9));
    int matched = s.driver.peek(same);
    s.require(matched == 0, () -> "nothing is committed, but peek matched " + matched + " tokens");
    s.granted(s.driver.admit(same, 9, true));
    s.require(
        same.computed == 0,
        () -> "nothing was committed, but admit matched " + same.computed + " tokens");
  }

  private static void notFull(Script s) {
    Row row = s.admitted("red", 4, tokens(10, 9));
    s.computed(row, 9);
    s.driver.commit(row, 7);
    int matched = s.driver.peek(s.row("red", 4, tokens(10, 9)));
    s.require(
        matched <= 4,
        () -> "7 tokens are committed in blocks of 4, but peek matched " + matched + " tokens");
  }

  private static void cachedWhileHeld(Script s) {
    Row row = s.admitted("red", 4, tokens(10, 9));
    s.advance(row, 9);
    s.require(
        s.cached() == 2,
        () -> "two full blocks are committed and held; cachedBlocks(DEVICE) is " + s.cached());
  }

  private static void sharingOff(Script s) {
    Row row = s.admitted("red", 4, tokens(10, 9));
    s.advance(row, 9);
    s.require(s.cached() == 0, () -> "sharing is off, but cachedBlocks is " + s.cached());
    s.driver.peek(s.row("red", 4, tokens(10, 9)));
    s.release(row);
    s.require(s.cached() == 0, () -> "sharing is off, but cachedBlocks is " + s.cached());
    Row same = s.admitted("red", 4, tokens(10, 9));
    s.require(same.computed == 0, () -> "sharing is off, but admit matched " + same.computed);
  }

  private static void releaseOnce(Script s) {
    Row row = s.admitted("red", 4, tokens(10, 10));
    s.advance(row, 10);
    s.release(row);
    s.require(
        s.available() == 8 && s.cached() == 2,
        () ->
            "released: 2 full blocks that become idle and a partial one that becomes free; "
                + "availableBlocks is "
                + s.available()
                + " of 8, cachedBlocks "
                + s.cached());
    s.driver.illegal(
        Rule.BSM_9,
        "release(" + row.id + ") again",
        () -> s.driver.manager.release(row.id, ReleaseReason.FINISHED));
  }

  private static void releaseSwapped(Script s) {
    Row row = s.admitted("red", 4, tokens(10, 10));
    s.advance(row, 10);
    s.granted(s.driver.swapOut(row));
    s.release(row);
    int host = s.driver.state.available(Tier.HOST);
    s.require(
        host == 8 && s.available() == 8,
        () ->
            "all is released; available are "
                + s.available()
                + " device and "
                + host
                + " host blocks of 8");
  }

  private static void clear(Script s) {
    Row running = s.admitted("red", 4, tokens(10, 4));
    s.advance(running, 4);
    Row swapped = s.admitted("blue", 0, tokens(30, 8));
    s.advance(swapped, 8);
    s.granted(s.driver.swapOut(swapped));
    s.release(swapped);
    s.cache("blue", tokens(60, 8));
    int idle = s.cached() + s.driver.state.cached(Tier.HOST) - 1;
    int answer = s.driver.clear();
    s.require(
        answer == idle && s.cached() == 1 && s.driver.state.cached(Tier.HOST) == 0,
        () ->
            "of "
                + (idle + 1)
                + " cached blocks one was held; clear() answered "
                + answer
                + " and left "
                + s.cached()
                + " on the device and "
                + s.driver.state.cached(Tier.HOST)
                + " on the host");
    s.advance(running, 6);
  }

  private static void clearAll(Script s) {
    s.cache("red", tokens(10, 12));
    s.driver.clear();
    s.require(s.cached() == 0, () -> "cachedBlocks(DEVICE) is " + s.cached());
    Row same = s.row("red", 0, tokens(10, 13));
    int matched = s.driver.peek(same);
    s.require(matched == 0, () -> "everything was cleared, but peek matched " + matched);
    Reservation answer = s.driver.admit(same, 13, false);
    s.require(
        answer != Reservation.GRANTED || same.computed == 0,
        () -> "everything was cleared, but admit matched " + same.computed);
  }
}
