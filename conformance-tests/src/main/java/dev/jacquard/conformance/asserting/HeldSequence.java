package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// An admitted sequence as its manager showed it last.
final class HeldSequence {
  final int id;
  boolean swapped;

  /// Swapped in by the call before; what was computed meanwhile may be committed now.
  boolean cameBack;

  private int[] table = {};
  private int revision;

  HeldSequence(int id) {
    this.id = id;
  }

  /// Reads the table of a sequence that was just admitted.
  void begin(BlockSpaceManager from) {
    revision = from.tableRevision(id);
    table = read(from);
  }

  private int[] read(BlockSpaceManager from) {
    int[] entries = new int[from.tableLength(id)];
    from.copyTable(id, 0, entries.length, MemorySegment.ofArray(entries), 0);
    return entries;
  }

  int length() {
    return table.length;
  }

  int entry(int index) {
    return table[index];
  }

  boolean names(int block) {
    for (int entry : table) {
      if (entry == block) {
        return true;
      }
    }
    return false;
  }

  /// Whether the other one's table begins with this one's.
  boolean begins(HeldSequence other) {
    return Arrays.mismatch(table, other.table)
        == (table.length == other.length() ? -1 : table.length);
  }

  /// Reads the table again and judges what became of it since.
  void refresh(BlockSpaceManager from, StepProtocol protocol, String call) {
    int[] entries = read(from);
    int now = from.tableRevision(id);
    boolean changed = entries.length < table.length;
    for (int i = 0; !changed && i < table.length; i++) {
      changed = entries[i] != table[i];
    }
    if (now < revision || (changed && now == revision)) {
      throw protocol.broken(
          Rule.BSM_11,
          "after %s the table of sequence %d is %s, it was %s, and its revision went from %d to %d"
              .formatted(
                  call, id, Arrays.toString(entries), Arrays.toString(table), revision, now));
    }
    table = entries;
    revision = now;
    inRange(from, protocol, call);
  }

  private void inRange(BlockSpaceManager from, StepProtocol protocol, String call) {
    int device = from.totalBlocks(Tier.DEVICE);
    int low = swapped ? device : 0;
    int high = swapped ? device + from.totalBlocks(Tier.HOST) : device;
    for (int i = 0; i < table.length; i++) {
      if (table[i] != -1 && (table[i] < low || table[i] >= high)) {
        throw protocol.broken(
            swapped ? Rule.BSM_17 : Rule.BSM_1,
            "after %s entry %d of sequence %d is block %d, outside [%d, %d)"
                .formatted(call, i, id, table[i], low, high));
      }
      for (int j = 0; j < i; j++) {
        if (table[i] != -1 && table[j] == table[i]) {
          throw protocol.broken(
              Rule.BSM_2,
              "after %s entries %d and %d of sequence %d are both block %d"
                  .formatted(call, j, i, id, table[i]));
        }
      }
    }
  }

  @Override
  public String toString() {
    return "sequence " + id + " with table " + Arrays.toString(table);
  }
}
