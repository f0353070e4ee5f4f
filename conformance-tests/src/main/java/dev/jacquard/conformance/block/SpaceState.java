package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Tier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What a manager says of itself, now and before the last call.
final class SpaceState {
  private final BlockSpaceManager manager;
  private final Map<Integer, Row> rows;
  private final Verdict verdict;
  private final MemorySegment staging;
  private int[] counts = new int[6];
  private int[] countsBefore = new int[6];

  SpaceState(BlockSpaceManager manager, Map<Integer, Row> rows, Verdict verdict) {
    this.manager = manager;
    this.rows = rows;
    this.verdict = verdict;
    staging = Arena.ofAuto().allocate(4 * 1024, 4);
  }

  /// Asks everything; what was known becomes what was before.
  void look() {
    countsBefore = counts;
    counts =
        verdict.call(
            Rule.BSM_1,
            "the counts of blocks",
            () -> {
              int[] now = new int[6];
              for (Tier tier : Tier.values()) {
                now[tier.ordinal()] = manager.totalBlocks(tier);
                now[2 + tier.ordinal()] = manager.availableBlocks(tier);
                now[4 + tier.ordinal()] = manager.cachedBlocks(tier);
              }
              return now;
            });
    rows.values().forEach(this::look);
  }

  private void look(Row row) {
    row.tableBefore = row.table;
    row.revisionBefore = row.revision;
    row.computedBefore = row.computed;
    row.computed =
        verdict.call(
            Rule.BSM_25, "computedTokens(" + row.id + ")", () -> manager.computedTokens(row.id));
    row.revision =
        verdict.call(
            Rule.BSM_11, "tableRevision(" + row.id + ")", () -> manager.tableRevision(row.id));
    row.table = verdict.call(Rule.BSM_11, "copyTable(" + row.id + ")", () -> table(row.id));
  }

  private int[] table(int sequence) {
    int length = manager.tableLength(sequence);
    if (length == 0) {
      return new int[0];
    }
    MemorySegment into =
        4L * length <= staging.byteSize() ? staging : Arena.ofAuto().allocate(4L * length, 4);
    manager.copyTable(sequence, 0, length, into, 0);
    return into.asSlice(0, 4L * length).toArray(ValueLayout.JAVA_INT);
  }

  int total(Tier tier) {
    return counts[tier.ordinal()];
  }

  int available(Tier tier) {
    return counts[2 + tier.ordinal()];
  }

  int availableBefore(Tier tier) {
    return countsBefore[2 + tier.ordinal()];
  }

  int cached(Tier tier) {
    return counts[4 + tier.ordinal()];
  }

  /// Sequences other than `row` whose table had `block` before the last call.
  List<Integer> othersBefore(Row row, int block) {
    List<Integer> others = new ArrayList<>();
    for (Row other : rows.values()) {
      if (other != row && contains(other.tableBefore, block)) {
        others.add(other.id);
      }
    }
    return others;
  }

  /// Sequences other than `row` whose table has `block`.
  List<Integer> others(Row row, int block) {
    List<Integer> others = new ArrayList<>();
    for (Row other : rows.values()) {
      if (other != row && other.inTable(block)) {
        others.add(other.id);
      }
    }
    return others;
  }

  boolean held(int block) {
    for (Row row : rows.values()) {
      if (row.inTable(block)) {
        return true;
      }
    }
    return false;
  }

  /// What the last call changed, in words; empty when nothing.
  String difference() {
    List<String> changes = new ArrayList<>();
    String[] names = {
      "totalBlocks(DEVICE)", "totalBlocks(HOST)", "availableBlocks(DEVICE)",
      "availableBlocks(HOST)", "cachedBlocks(DEVICE)", "cachedBlocks(HOST)"
    };
    for (int i = 0; i < names.length; i++) {
      if (counts[i] != countsBefore[i]) {
        changes.add(names[i] + " went from " + countsBefore[i] + " to " + counts[i]);
      }
    }
    for (Row row : rows.values()) {
      if (!Arrays.equals(row.table, row.tableBefore)) {
        changes.add(
            "the table of sequence "
                + row.id
                + " went from "
                + Arrays.toString(row.tableBefore)
                + " to "
                + Arrays.toString(row.table));
      }
      if (row.revision != row.revisionBefore) {
        changes.add(
            "the revision of sequence "
                + row.id
                + " went from "
                + row.revisionBefore
                + " to "
                + row.revision);
      }
      if (row.computed != row.computedBefore) {
        changes.add(
            "computedTokens of sequence "
                + row.id
                + " went from "
                + row.computedBefore
                + " to "
                + row.computed);
      }
    }
    return String.join("; ", changes);
  }

  /// Everything, in one line: equal for equal states.
  String text() {
    StringBuilder text = new StringBuilder(Arrays.toString(counts));
    for (Row row : rows.values()) {
      text.append(" ").append(row.id).append(":").append(Arrays.toString(row.table));
      text.append(" to ").append(row.computed);
    }
    return text.toString();
  }

  private static boolean contains(int[] table, int block) {
    for (int entry : table) {
      if (entry == block) {
        return true;
      }
    }
    return false;
  }
}
