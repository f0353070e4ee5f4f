package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.Tier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What must be true after calls whose outcome is certain.
final class CallJudge {
  private final SpaceShape shape;
  private final Map<Integer, Row> rows;
  private final CacheShadow shadow;
  private final SpaceState state;
  private final Verdict verdict;

  CallJudge(
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

  void truncate(String call, Row row, int tokens) {
    int computed = Math.min(row.computedBefore, tokens);
    verdict.require(
        Rule.BSM_10,
        row.computed == computed,
        () -> "after " + call + " computedTokens is " + row.computed + ", it must be " + computed);
    int length = Math.min(row.tableBefore.length, shape.blocks(tokens));
    verdict.require(
        Rule.BSM_10,
        row.table.length == length,
        () ->
            "after "
                + call
                + " the table of sequence "
                + row.id
                + " has "
                + row.table.length
                + " entries; of "
                + row.tableBefore.length
                + " exactly the first "
                + length
                + " do not lie wholly above the mark");
    verdict.require(
        Rule.BSM_10,
        row.table.length != length
            || Arrays.equals(row.table, 0, length, row.tableBefore, 0, length),
        () ->
            call
                + " changed positions below the mark: the table went from "
                + Arrays.toString(row.tableBefore)
                + " to "
                + Arrays.toString(row.table));
    freed(Rule.BSM_10, call, row, length);
  }

  void release(String call, Row row) {
    row.tableBefore = row.table;
    freed(Rule.BSM_9, call, row, 0);
  }

  /// Blocks of the table before, from entry `from`, that nobody holds now are available.
  private void freed(Rule rule, String call, Row row, int from) {
    for (Tier tier : Tier.values()) {
      Set<Integer> given = new HashSet<>();
      for (int i = from; i < row.tableBefore.length; i++) {
        int block = row.tableBefore[i];
        if (block >= 0
            && block < shape.device() == (tier == Tier.DEVICE)
            && state.othersBefore(row, block).isEmpty()) {
          given.add(block);
        }
      }
      int gained = state.available(tier) - state.availableBefore(tier);
      verdict.require(
          rule,
          gained == given.size(),
          () ->
              call
                  + " gives up blocks "
                  + given
                  + " of the tier "
                  + tier
                  + ", which nobody else holds; availableBlocks went from "
                  + state.availableBefore(tier)
                  + " to "
                  + state.available(tier));
    }
  }

  void fork(String call, Row parent, Row child) {
    verdict.require(
        Rule.BSM_16,
        child.computed == parent.computed && parent.computed == parent.computedBefore,
        () ->
            "after "
                + call
                + " computedTokens are "
                + parent.computed
                + " and "
                + child.computed
                + "; they must both be the parent's, "
                + parent.computedBefore);
    int shared = child.table.length;
    verdict.require(
        Rule.BSM_16,
        shared >= shape.blocks(child.computed)
            && shared <= parent.table.length
            && Arrays.equals(child.table, 0, shared, parent.table, 0, shared),
        () ->
            "after "
                + call
                + " both tables must hold the same blocks, the partial last one too: "
                + Arrays.toString(parent.table)
                + " and "
                + Arrays.toString(child.table));
    verdict.require(
        Rule.BSM_16,
        Arrays.equals(parent.table, parent.tableBefore)
            && state.available(Tier.DEVICE) == state.availableBefore(Tier.DEVICE),
        () -> call + " must need no block, but " + state.difference());
  }

  /// Cached blocks that no sequence holds.
  Set<Integer> idle() {
    Set<Integer> idle = new TreeSet<>();
    for (int block : shadow.cached().keySet()) {
      if (!state.held(block)) {
        idle.add(block);
      }
    }
    return idle;
  }

  void clear(int answer, Set<Integer> idle, Set<Integer> held) {
    verdict.require(
        Rule.BSM_20,
        answer == idle.size(),
        () ->
            "clear() answered "
                + answer
                + "; "
                + idle.size()
                + " cached blocks were held by no sequence: "
                + idle);
    Set<Integer> left = new TreeSet<>(shadow.cached().keySet());
    verdict.require(
        Rule.BSM_20,
        left.equals(held) || (shape.window() > 0 && held.containsAll(left)),
        () ->
            "after clear() by the events blocks "
                + left
                + " are cached; it must be those that"
                + " sequences hold, "
                + held);
    verdict.require(
        Rule.BSM_20,
        state.cached(Tier.DEVICE) + state.cached(Tier.HOST) == left.size(),
        () ->
            "after clear() cachedBlocks are "
                + state.cached(Tier.DEVICE)
                + " and "
                + state.cached(Tier.HOST)
                + "; sequences hold "
                + held);
    undisturbed(Rule.BSM_20, "clear()");
  }

  /// Device blocks that neither hold nor cache anything.
  int freeDevice() {
    int idle = 0;
    for (int block : idle()) {
      idle += block < shape.device() ? 1 : 0;
    }
    return state.available(Tier.DEVICE) - idle;
  }

  void planning(int freeBefore) {
    undisturbed(Rule.BSM_31, "planning()");
    verdict.require(
        Rule.BSM_31,
        state.available(Tier.DEVICE) == state.availableBefore(Tier.DEVICE),
        () ->
            "planning() changed availableBlocks(DEVICE) from "
                + state.availableBefore(Tier.DEVICE)
                + " to "
                + state.available(Tier.DEVICE)
                + ": a later reserve could fail that would have succeeded");
    int free = freeDevice();
    verdict.require(
        Rule.BSM_31,
        free >= freeBefore || free >= shape.reservedAlways(),
        () ->
            "planning() took free device blocks from below the watermark: "
                + freeBefore
                + " were free, now "
                + free
                + ", the watermark is "
                + shape.reservedAlways());
  }

  private void undisturbed(Rule rule, String call) {
    for (Row row : rows.values()) {
      verdict.require(
          rule,
          Arrays.equals(row.table, row.tableBefore) && row.computed == row.computedBefore,
          () -> call + " disturbed sequence " + row.id + ": " + state.difference());
    }
  }
}
