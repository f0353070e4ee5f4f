package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import java.util.Map;

/// What the answer to a wish to change the tier must be, counted before the call.
final class SwapWishes {
  private final SpaceShape shape;
  private final Map<Integer, Row> rows;
  private final CacheShadow shadow;
  private final SpaceState state;
  private final Verdict verdict;
  private final Wishes wishes;

  SwapWishes(
      SpaceShape shape,
      Map<Integer, Row> rows,
      CacheShadow shadow,
      SpaceState state,
      Verdict verdict,
      Wishes wishes) {
    this.shape = shape;
    this.rows = rows;
    this.shadow = shadow;
    this.state = state;
    this.verdict = verdict;
    this.wishes = wishes;
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
          wishes.fresh(call, row, i);
        }
      }
    }
  }
}
