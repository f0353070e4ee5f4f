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
  private final Map<Integer, Row> rows;
  private final CacheShadow shadow;
  private final SpaceState state;
  private final Verdict verdict;

  Wishes(
      SpaceShape shape,
      Map<Integer, Row> rows,
      CacheShadow shadow,
      SpaceState state,
      Verdict verdict) {
    this.shape = shape;
    this.rows = rows;
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

  /// Judges how much of `row` is cached, given the picture of the cache at that time.
  void judgeMatch(String call, Row row, int matched, Map<Integer, CacheShadow.Cached> cached) {
    int size = shape.blockSize();
    verdict.require(
        Rule.BSM_4,
        matched >= 0 && matched % size == 0 && matched < row.view.length(),
        () ->
            call
                + " matched "
                + matched
                + " tokens: it must be a multiple of the block size "
                + size
                + ", strictly below length() "
                + row.view.length());
    verdict.require(
        Rule.BSM_3,
        shape.sharing() || matched == 0,
        () -> call + " matched " + matched + " tokens although prefix sharing is off");
    int longest = 0;
    while (longest + size < row.view.length() && caches(cached, row, longest + size)) {
      longest += size;
    }
    int most = longest;
    if (matched > longest && matched < row.view.length()) {
      Rule rule = whyTooLong(row, most + size, cached);
      verdict.require(
          rule,
          false,
          () ->
              call
                  + " matched "
                  + matched
                  + " tokens, but of its prefix only "
                  + most
                  + " are cached"
                  + (rule == Rule.BSM_5
                      ? "; the rest is cached for another cache scope"
                      : rule == Rule.BSM_3
                          ? "; the rest is not committed yet"
                          : "; the rest belongs to other tokens"));
    }
    verdict.require(
        Rule.BSM_29,
        matched >= longest,
        () -> call + " matched " + matched + " tokens, cached are " + most);
  }

  private Rule whyTooLong(Row row, int end, Map<Integer, CacheShadow.Cached> cached) {
    long tokens = row.tokensUpTo(end - 1);
    for (CacheShadow.Cached content : cached.values()) {
      if (content.tokensKey() == tokens) {
        return Rule.BSM_5;
      }
    }
    for (Row other : rows.values()) {
      if (other != row
          && other.scope.equals(row.scope)
          && other.computable() >= end
          && other.tokensUpTo(end - 1) == tokens) {
        return Rule.BSM_3;
      }
    }
    return Rule.BSM_6;
  }

  private boolean caches(Map<Integer, CacheShadow.Cached> cached, Row row, int end) {
    long key = row.kv(end - 1);
    for (CacheShadow.Cached content : cached.values()) {
      if (content.key() == key) {
        return true;
      }
    }
    return false;
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
        return; // a chunk that an empty pool of this size does not hold: NEVER and LATER are both
        // right
      }
      Wishes.this.judge(call, answer, never, least, all - held, kept, available);
    }

    void judgeGranted(String call) {
      judgeMatch(call, row, row.computed, cached);
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
        if (row.table[i] >= 0) {
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
  private void fresh(String call, Row row, int entry) {
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

  Swap swapOut(Row row) {
    int committed = 0;
    for (int i = 0; i < Math.min(row.table.length, shape.blocks(row.computed)); i++) {
      committed += row.table[i] >= 0 ? 1 : 0;
    }
    return new Swap(row, committed, row.heldEntries(), 0, Tier.HOST);
  }

  Swap swapIn(Row row, boolean othersRunning) {
    int needed = row.heldEntries();
    int full = Math.min(row.computed, row.view.length()) / shape.blockSize();
    for (int i = 0; i < full; i++) {
      if (row.table[i] >= 0 && onDevice(row, i)) {
        needed--;
      }
    }
    int kept = othersRunning ? shape.reservedAlways() : 0;
    return new Swap(row, needed, row.heldEntries(), kept, Tier.DEVICE);
  }

  /// Whether another sequence holds the content of entry `entry` on the device.
  private boolean onDevice(Row row, int entry) {
    int end = (entry + 1) * shape.blockSize();
    for (Row other : rows.values()) {
      if (other != row
          && !other.swapped
          && other.computed >= end
          && other.view.length() >= end
          && other.table[entry] >= 0
          && other.kv(end - 1) == row.kv(end - 1)) {
        return true;
      }
    }
    return false;
  }

  /// A `swapOut` or a `swapIn`.
  final class Swap {
    private final Row row;
    private final int least;
    private final int sure;
    private final int kept;
    private final Tier tier;
    private final int available;

    Swap(Row row, int least, int sure, int kept, Tier tier) {
      this.row = row;
      this.least = least;
      this.sure = sure;
      this.kept = kept;
      this.tier = tier;
      available = state.available(tier);
    }

    void judge(String call, Reservation answer) {
      int size = tier == Tier.HOST ? shape.host() : shape.device();
      boolean never = tier == Tier.HOST && (size == 0 || least > size);
      boolean maybeNever = tier == Tier.HOST && sure > size;
      verdict.require(
          Rule.BSM_17,
          never ? answer == Reservation.NEVER : answer != Reservation.NEVER || maybeNever,
          () ->
              call
                  + (never ? " must answer NEVER" : " must not answer NEVER")
                  + ", it answered "
                  + answer
                  + "; the tier "
                  + tier
                  + " has "
                  + size
                  + " blocks in all and the sequence holds "
                  + sure);
      if (!never) {
        verdict.require(
            Rule.BSM_17,
            answer == Reservation.GRANTED || sure + kept > available,
            () ->
                call
                    + " answered "
                    + answer
                    + ", but needs at most "
                    + sure
                    + " blocks"
                    + (kept > 0 ? " and a watermark of " + kept : "")
                    + " of the tier "
                    + tier
                    + ", and "
                    + available
                    + " were available");
        verdict.require(
            kept > 0 ? Rule.BSM_15 : Rule.BSM_17,
            answer != Reservation.GRANTED || least + kept <= available,
            () ->
                call
                    + " answered GRANTED, but needs at least "
                    + least
                    + " blocks beside a watermark of "
                    + kept
                    + " of the tier "
                    + tier
                    + ", and "
                    + available
                    + " were available");
      }
      if (answer == Reservation.GRANTED) {
        granted(call);
      }
    }

    private void granted(String call) {
      verdict.require(
          Rule.BSM_17,
          row.computed == row.computedBefore && row.table.length >= shape.blocks(row.computed),
          () -> call + " must keep what is computed, but " + state.difference());
      for (int i = 0; i < Math.min(row.table.length, row.tableBefore.length); i++) {
        verdict.require(
            Rule.BSM_17,
            (row.table[i] < 0) == (row.tableBefore[i] < 0),
            () -> call + " must move exactly what the sequence holds, but " + state.difference());
        int block = row.table[i];
        if (block >= 0 && !shadow.cached().containsKey(block)) {
          fresh(call, row, i);
        }
      }
    }
  }
}
