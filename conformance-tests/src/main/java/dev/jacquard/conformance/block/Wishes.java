package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What the answer to a wish for blocks must be. Counted before the call; where the contract leaves
/// room, a lower and an upper bound of what is needed.
final class Wishes {
  private final SpaceShape shape;
  private final MatchJudge matches;
  private final CacheShadow shadow;
  private final SpaceState state;
  private final Verdict verdict;

  Wishes(
      SpaceShape shape, MatchJudge matches, CacheShadow shadow, SpaceState state, Verdict verdict) {
    this.shape = shape;
    this.matches = matches;
    this.shadow = shadow;
    this.state = state;
    this.verdict = verdict;
  }

  /// Bounds the answer: at most `sure` blocks are needed, at least `least`, of `available`.
  private void judge(
      String call,
      Reservation answer,
      boolean never,
      int least,
      int sure,
      int kept,
      int available) {
    if (never) {
      verdict.require(
          Rule.BSM_8,
          answer == Reservation.NEVER,
          () -> call + " does not fit into an empty pool and must answer NEVER, not " + answer);
      return;
    }
    verdict.require(
        Rule.BSM_8,
        answer != Reservation.NEVER,
        () -> call + " answered NEVER, but it fits into an empty pool");
    verdict.require(
        Rule.BSM_13,
        answer == Reservation.GRANTED || sure + kept > available,
        () ->
            call
                + " answered "
                + answer
                + ", but it needs at most "
                + sure
                + " blocks"
                + (kept > 0 ? " and a watermark of " + kept : "")
                + " and "
                + available
                + " were available");
    verdict.require(
        kept > 0 || call.startsWith("admit") ? Rule.BSM_15 : Rule.BSM_13,
        answer != Reservation.GRANTED || least + kept <= available,
        () ->
            call
                + " answered GRANTED, but needs at least "
                + least
                + " blocks beside a watermark of "
                + kept
                + ", and "
                + available
                + " were available");
  }

  Admission admission(Row row, int tokens, boolean othersRunning) {
    return new Admission(row, tokens, othersRunning ? shape.reservedAlways() : 0);
  }

  /// An `admit`.
  final class Admission {
    private final Row row;
    private final int tokens;
    private final int kept;
    private final int available = state.available(Tier.DEVICE);
    private final Map<Integer, CacheShadow.Cached> cached = new HashMap<>(shadow.cached());
    private final Set<Integer> heldDepths = new HashSet<>();

    Admission(Row row, int tokens, int kept) {
      this.row = row;
      this.tokens = tokens;
      this.kept = kept;
      for (int depth = 0; (depth + 1) * shape.blockSize() < row.view.length(); depth++) {
        int block = shadow.find(row, depth, b -> b < shape.device() && state.held(b));
        if (block >= 0 && block < shape.device() && state.held(block)) {
          heldDepths.add(depth);
        }
      }
    }

    void judge(String call, Reservation answer, int matched) {
      int unseen = 0;
      int held = 0;
      int entries = matched / shape.blockSize();
      for (int depth = 0; depth < entries; depth++) {
        boolean gone = shape.unseen(depth, matched);
        unseen += gone ? 1 : 0;
        held += !gone && heldDepths.contains(depth) ? 1 : 0;
      }
      int chunk = Math.max(shape.blocks(tokens), entries) - unseen;
      int all = shape.blocks(Math.max(tokens, row.view.length())) - unseen;
      int least = Math.max(chunk, Math.min(all, shape.atOnce(row.view.length()))) - held;
      boolean never = shape.atOnce(row.view.maxLength()) > shape.device();
      if (!never && shape.blocks(tokens) > shape.device()) {
        // An empty pool does not hold such a chunk: NEVER and LATER are both right.
        return;
      }
      Wishes.this.judge(call, answer, never, least, all - held, kept, available);
    }

    void judgeGranted(String call) {
      matches.judge(call, row, row.computed, cached);
      int entries = row.computed / shape.blockSize();
      verdict.require(
          Rule.BSM_7,
          row.table.length >= Math.max(entries, shape.blocks(tokens)),
          () -> call + " was granted, but its table is only " + Arrays.toString(row.table));
      for (int i = 0; i < row.table.length; i++) {
        int entry = i;
        verdict.require(
            Rule.BSM_21,
            row.table[i] == -1 || !shape.unseen(i, row.computed),
            () ->
                call
                    + " holds the matched block of entry "
                    + entry
                    + ", which no position from "
                    + row.computed
                    + " on sees: "
                    + Arrays.toString(row.table));
        if (i >= entries) {
          fresh(call, row, i);
        }
      }
      events(call, entries);
    }

    private void events(String call, int entries) {
      verdict.require(
          Rule.BSM_18,
          shadow.opened().size() == 1 && shadow.opened().getFirst().count() == entries,
          () ->
              call
                  + " must tell `opened` once, with "
                  + entries
                  + " matched blocks; it told "
                  + shadow.events());
      Set<Integer> hits = new HashSet<>();
      boolean once = true;
      for (CacheShadow.Told hit : shadow.hits()) {
        once &= hits.add(hit.block());
      }
      Set<Integer> matched = new HashSet<>();
      for (int i = 0; i < Math.min(entries, row.table.length); i++) {
        // Under a window making room may have cost a matched block its place in the cache.
        boolean stays = shape.window() == 0 || shadow.cached().containsKey(row.table[i]);
        if (row.table[i] >= 0 && stays) {
          matched.add(row.table[i]);
        }
      }
      boolean each = once && hits.equals(matched);
      verdict.require(
          Rule.BSM_18,
          each,
          () ->
              call
                  + " must tell `hit` once for each matched block held, "
                  + matched
                  + "; it told "
                  + shadow.events());
    }
  }

  /// An entry the manager just handed out to be written belongs to nobody else.
  void fresh(String call, Row row, int entry) {
    int block = row.table[entry];
    if (block >= 0) {
      verdict.require(
          Rule.BSM_13,
          state.othersBefore(row, block).isEmpty(),
          () ->
              call
                  + " gave block "
                  + block
                  + " to sequence "
                  + row.id
                  + " although it is in the table of sequence "
                  + state.othersBefore(row, block));
    }
  }

  Growth growth(Row row, int tokens) {
    return new Growth(row, tokens);
  }

  /// A `reserve`.
  final class Growth {
    private final Row row;
    private final int tokens;
    private final int available = state.available(Tier.DEVICE);
    private final int fresh;
    private final int copies;
    private final boolean never;

    Growth(Row row, int tokens) {
      this.row = row;
      this.tokens = tokens;
      fresh = Math.max(0, shape.blocks(tokens) - row.table.length);
      never = row.heldEntries() + fresh > shape.device();
      int unwritable = 0;
      for (int i = row.computed / shape.blockSize(); i < row.table.length; i++) {
        int block = row.table[i];
        boolean shared = shadow.cached().containsKey(block) || !state.others(row, block).isEmpty();
        unwritable += tokens > row.computed && shared ? 1 : 0;
      }
      copies = unwritable;
    }

    void judge(String call, Reservation answer) {
      if (answer == Reservation.GRANTED) {
        granted(call);
      }
      Wishes.this.judge(call, answer, never, fresh, fresh + copies, 0, available);
    }

    private void granted(String call) {
      verdict.require(
          Rule.BSM_7,
          row.table.length >= shape.blocks(tokens),
          () -> call + " was granted, but the table is only " + Arrays.toString(row.table));
      int first = row.computed / shape.blockSize();
      int end = tokens > row.computed ? Math.min(shape.blocks(tokens), row.table.length) : 0;
      for (int i = first; i < end; i++) {
        int block = row.table[i];
        int entry = i;
        boolean isNew = i >= row.tableBefore.length || row.tableBefore[i] != block;
        if (isNew) {
          fresh(call, row, i);
        }
        verdict.require(
            row.forked ? Rule.BSM_16 : Rule.BSM_2,
            state.others(row, block).isEmpty(),
            () ->
                call
                    + " lets positions from "
                    + row.computed
                    + " be written, but block "
                    + block
                    + " (entry "
                    + entry
                    + ") is in the table of sequence "
                    + state.others(row, block)
                    + " too; it must be copied first");
        verdict.require(
            Rule.BSM_24,
            !shadow.cached().containsKey(block),
            () ->
                call
                    + " lets positions from "
                    + row.computed
                    + " be written, but block "
                    + block
                    + " (entry "
                    + entry
                    + ") is cached: its old content may still be read");
      }
      boolean appended =
          row.table.length >= row.tableBefore.length
              && Arrays.equals(
                  row.table, 0, row.tableBefore.length, row.tableBefore, 0, row.tableBefore.length);
      verdict.require(
          Rule.BSM_11,
          !appended || row.revision == row.revisionBefore,
          () ->
              call
                  + " only appended to the table, but its revision went from "
                  + row.revisionBefore
                  + " to "
                  + row.revision);
    }
  }
}
