package dev.jacquard.conformance.block;

import static dev.jacquard.conformance.block.Script.tokens;
import static dev.jacquard.spi.block.Reservation.GRANTED;
import static dev.jacquard.spi.block.Reservation.LATER;
import static dev.jacquard.spi.block.Reservation.NEVER;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import java.util.List;

/// Stories of wishes on the edge of what a pool has.
final class GrowthScripts {
  private static final SpaceShape POOL = SpaceShape.of(4, 4);

  private GrowthScripts() {}

  static List<Check<ManagerUnderTest>> all() {
    return List.of(
        Script.of(
            Rule.BSM_7,
            "a refused admit leaves idle blocks cached and matched ones unheld",
            POOL,
            GrowthScripts::refusedAdmit,
            "the match is held before the rest is counted",
            "idle blocks are evicted before it is known that they suffice"),
        Script.of(
            Rule.BSM_7,
            "a refused reserve takes nothing",
            POOL,
            GrowthScripts::refusedReserve,
            "what was taken is not given back"),
        Script.of(
            Rule.BSM_8,
            "a sequence that fits exactly is admitted, one token more is never",
            POOL,
            GrowthScripts::exactFit,
            "an off-by-one in the largest length"),
        Script.of(
            Rule.BSM_8,
            "a pool that is full now answers LATER, not NEVER",
            POOL,
            GrowthScripts::fullNow,
            "free blocks are taken for all blocks"),
        Script.of(
            Rule.BSM_8,
            "under a window what is held at once counts",
            SpaceShape.of(4, 3).withWindow(4, 0),
            GrowthScripts::windowFits,
            "the whole length is counted"),
        Script.of(
            Rule.BSM_13,
            "every available block can be had, idle ones too",
            POOL,
            GrowthScripts::allAvailable,
            "an idle block below another cannot be evicted"),
        Script.of(
            Rule.BSM_13,
            "held blocks survive a search for victims",
            POOL,
            GrowthScripts::heldSurvive,
            "the victim's holders are not looked at"),
        Script.of(
            Rule.BSM_15,
            "the watermark is rounded up and counts only while others run",
            SpaceShape.of(4, 8).withWatermark(0.3),
            GrowthScripts::watermark,
            "floor instead of ceil",
            "othersRunning is not read"),
        Script.of(
            Rule.BSM_15,
            "blocks for all known tokens must be there, not for the chunk only",
            SpaceShape.of(4, 8),
            GrowthScripts::wholeLength,
            "only `tokens` is counted"),
        Script.of(
            Rule.BSM_15,
            "swapIn leaves the watermark free",
            SpaceShape.of(4, 4).withHost(4).withWatermark(0.5),
            GrowthScripts::swapInWatermark,
            "swapIn forgets the watermark"),
        Script.of(
            Rule.BSM_10,
            "truncate at, below and above a block boundary",
            SpaceShape.of(4, 8),
            GrowthScripts::truncate,
            "rounding down where up is meant"),
        Script.of(
            Rule.BSM_24,
            "a cached block is copied before it is written again",
            SpaceShape.of(4, 8),
            GrowthScripts::writeIntoCached,
            "truncate into a full block, then reserve: only shared blocks are copied"),
        Script.of(
            Rule.BSM_25,
            "tokens on their way may be committed and are shared later",
            SpaceShape.of(4, 8),
            GrowthScripts::lateTokens,
            "commit beyond length() is refused",
            "a block of unknown tokens is cached"),
        Script.of(
            Rule.BSM_25,
            "commit is refused beyond the reservation and backwards",
            SpaceShape.of(4, 8),
            GrowthScripts::commitBounds,
            "the arguments are not checked"),
        Script.of(
            Rule.BSM_26,
            "every call that breaks the protocol is refused without effect",
            SpaceShape.of(4, 8).withHost(8),
            GrowthScripts::protocol,
            "negative counts are let through",
            "a swapped sequence is served"));
  }

  private static void refusedAdmit(Script s) {
    s.cache("red", tokens(10, 8));
    Row running = s.admitted("blue", 0, tokens(50, 4));
    s.advance(running, 4);
    int cached = s.cached();
    Row wish = s.row("red", 0, tokens(10, 16));
    s.require(
        s.driver.admit(wish, 16, true) == GRANTED || s.cached() == cached,
        () -> "a refused admit evicted: cachedBlocks went from " + cached + " to " + s.cached());
    s.driver.forget(wish);
    Row other = s.row("green", 0, tokens(70, 16));
    s.driver.admit(other, 16, true);
  }

  private static void refusedReserve(Script s) {
    s.cache("red", tokens(10, 4));
    Row first = s.admitted("blue", 8, tokens(50, 8));
    s.advance(first, 8);
    s.driver.admit(s.row("green", 8, tokens(70, 4)), 4, true);
    s.driver.reserve(first, 16);
    s.driver.reserve(first, 40);
    s.driver.drain();
  }

  private static void exactFit(Script s) {
    s.answers(
        "admit of maxLength 16 on 4 blocks of 4",
        GRANTED,
        s.driver.admit(s.row("red", 8, tokens(10, 8)), 8, false));
    s.answers(
        "admit of maxLength 17 on 4 blocks of 4",
        NEVER,
        s.driver.admit(s.row("red", 9, tokens(10, 8)), 8, false));
  }

  private static void fullNow(Script s) {
    Row all = s.admitted("red", 0, tokens(10, 16));
    s.advance(all, 16);
    s.answers(
        "admit while all blocks are held",
        LATER,
        s.driver.admit(s.row("blue", 4, tokens(50, 4)), 4, true));
    s.answers("reserve of more than the pool", NEVER, s.driver.reserve(all, 17));
    s.release(all);
  }

  private static void windowFits(Script s) {
    Row row = s.row("red", 40, tokens(10, 4));
    s.answers(
        "admit of a long sequence of which a window holds 2 blocks at once",
        GRANTED,
        s.driver.admit(row, 4, false));
    for (int to = 4; to <= 44; to++) {
      s.answers("reserve of one position more", GRANTED, s.driver.reserve(row, to));
      s.driver.compute(row, to, 0);
      s.driver.settleTo(row, to);
      s.driver.commit(row, to);
    }
  }

  private static void allAvailable(Script s) {
    s.cache("red", tokens(10, 16));
    Row row = s.row("blue", 0, tokens(50, 16));
    s.answers(
        "admit of 4 blocks while 4 idle ones are available",
        GRANTED,
        s.driver.admit(row, 16, false));
  }

  private static void heldSurvive(Script s) {
    Row held = s.admitted("red", 4, tokens(10, 8));
    s.advance(held, 8);
    s.cache("blue", tokens(50, 4));
    Row other = s.row("green", 0, tokens(70, 12));
    s.answers(
        "admit of 3 blocks while 2 are held and 2 available",
        LATER,
        s.driver.admit(other, 12, true));
    s.driver.forget(other);
    Row fits = s.row("green", 0, tokens(70, 8));
    s.answers(
        "admit of 2 blocks while 2 are held and 2 available",
        GRANTED,
        s.driver.admit(fits, 8, true));
    s.advance(fits, 8);
    s.driver.drain();
  }

  private static void watermark(Script s) {
    s.granted(s.driver.admit(s.row("red", 0, tokens(10, 4)), 4, false));
    Row most = s.row("blue", 0, tokens(50, 16));
    s.answers(
        "admit of 4 of 7 available blocks beside a watermark of ceil(0.3 * 8) = 3",
        GRANTED,
        s.driver.admit(most, 16, true));
    s.release(most);
    Row more = s.row("blue", 0, tokens(70, 20));
    s.answers(
        "admit of 5 of 7 available blocks beside a watermark of ceil(0.3 * 8) = 3",
        LATER,
        s.driver.admit(more, 20, true));
    s.answers("the same while nothing else runs", GRANTED, s.driver.admit(more, 20, false));
  }

  private static void wholeLength(Script s) {
    s.granted(s.driver.admit(s.row("red", 0, tokens(10, 12)), 12, false));
    Row row = s.row("blue", 0, tokens(50, 24));
    for (boolean others : new boolean[] {true, false}) {
      s.answers(
          "admit of a first chunk of 4 tokens, of 24 that need 6 blocks while 5 are available",
          LATER,
          s.driver.admit(row, 4, others));
    }
  }

  private static void swapInWatermark(Script s) {
    Row row = s.admitted("red", 0, tokens(10, 8));
    s.advance(row, 8);
    s.granted(s.driver.swapOut(row));
    Row other = s.row("blue", 0, tokens(50, 4));
    s.granted(s.driver.admit(other, 4, false));
    s.answers(
        "swapIn of 2 of 3 available blocks beside a watermark of 2",
        LATER,
        s.driver.swapIn(row, true));
    s.answers("the same while nothing else runs", GRANTED, s.driver.swapIn(row, false));
  }

  private static void truncate(Script s) {
    Row row = s.admitted("red", 12, tokens(10, 14));
    s.advance(row, 14);
    s.granted(s.driver.reserve(row, 24));
    for (int mark : new int[] {23, 20, 17, 13, 12, 9, 8, 1, 0}) {
      s.driver.truncate(row, mark);
    }
    s.advance(row, 14);
    s.driver.drain();
  }

  private static void writeIntoCached(Script s) {
    Row row = s.admitted("red", 12, tokens(10, 12));
    s.advance(row, 12);
    s.driver.truncate(row, 6);
    s.granted(s.driver.reserve(row, 7));
    s.driver.compute(row, 7, 0);
    Row same = s.row("red", 4, tokens(10, 13));
    s.granted(s.driver.admit(same, 13, true));
    s.advance(same, 13);
    s.driver.drain();
  }

  private static void lateTokens(Script s) {
    Row row = s.admitted("red", 12, tokens(10, 6));
    s.computed(row, 9);
    s.driver.commit(row, 8);
    s.require(
        s.cached() <= 1,
        () ->
            "of the second block two tokens are not known yet, but cachedBlocks is " + s.cached());
    s.driver.settleTo(row, 9);
    s.driver.commit(row, 9);
    s.require(
        s.cached() == 2,
        () -> "two blocks are committed and known now; cachedBlocks is " + s.cached());
  }

  private static void commitBounds(Script s) {
    Row row = s.admitted("red", 12, tokens(10, 6));
    s.advance(row, 6);
    for (int tokens : new int[] {5, 0, 9, 100}) {
      s.driver.illegal(
          Rule.BSM_25,
          "commit(" + row.id + ", " + tokens + ") with 6 computed and 8 reserved",
          () -> s.driver.manager.commit(row.id, tokens));
    }
    s.driver.commit(row, 6);
  }

  private static void protocol(Script s) {
    new IllegalCalls(s.driver).tryAll();
    Row swapped = s.admitted("red", 4, tokens(10, 6));
    s.advance(swapped, 6);
    s.granted(s.driver.swapOut(swapped));
    Row running = s.admitted("blue", 4, tokens(50, 6));
    s.advance(running, 6);
    new IllegalCalls(s.driver).tryAll();
    s.advance(running, 8);
    s.granted(s.driver.swapIn(swapped, false));
    s.advance(swapped, 8);
  }
}
