package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.Tier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What must hold after each call, whatever it was.
final class SpaceInvariants {
  private final SpaceShape shape;
  private final Map<Integer, Row> rows;
  private final CacheShadow shadow;
  private final EchoListener echo;
  private final GhostMemory memory;
  private final SpaceState state;
  private final Verdict verdict;

  SpaceInvariants(
      SpaceShape shape,
      Map<Integer, Row> rows,
      CacheShadow shadow,
      EchoListener echo,
      GhostMemory memory,
      SpaceState state,
      Verdict verdict) {
    this.shape = shape;
    this.rows = rows;
    this.shadow = shadow;
    this.echo = echo;
    this.memory = memory;
    this.state = state;
    this.verdict = verdict;
  }

  /// After `call`, which was about `subject` (-1: about no sequence).
  void hold(String call, int subject) {
    events(call);
    rows.values().forEach(row -> entries(call, row));
    rows.values().forEach(row -> stable(call, row, subject));
    rows.values().forEach(row -> sharing(call, row));
    counts(call);
  }

  private void events(String call) {
    verdict.require(
        Rule.BSM_3,
        shadow.unready().isEmpty(),
        () ->
            call
                + " told `stored` for block "
                + shadow.unready()
                + ", which is not full, not committed or of unknown tokens");
    verdict.require(
        Rule.BSM_3,
        shape.sharing() || shadow.cached().isEmpty(),
        () -> call + " cached blocks " + shadow.cached().keySet() + " although sharing is off");
    verdict.require(
        Rule.BSM_18,
        shadow.complaints().isEmpty(),
        () ->
            call + ": " + String.join("; ", shadow.complaints()) + "; events: " + shadow.events());
    String complaint = echo.complaint();
    verdict.require(Rule.BSM_18, complaint.isEmpty(), () -> call + ": " + complaint);
  }

  private void entries(String call, Row row) {
    int from = row.swapped ? shape.device() : 0;
    int to = row.swapped ? shape.device() + shape.host() : shape.device();
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < row.table.length; i++) {
      int block = row.table[i];
      int entry = i;
      if (block == -1) {
        verdict.require(
            Rule.BSM_21,
            shape.unseen(i, row.computed),
            () ->
                "after "
                    + call
                    + " entry "
                    + entry
                    + " of sequence "
                    + row.id
                    + " is -1 (given up), although position "
                    + row.computed
                    + " or a later one sees it, or sinks lie there: "
                    + Arrays.toString(row.table));
        continue;
      }
      verdict.require(
          row.swapped ? Rule.BSM_17 : Rule.BSM_1,
          block >= from && block < to,
          () ->
              "after "
                  + call
                  + " entry "
                  + entry
                  + " of sequence "
                  + row.id
                  + " is block "
                  + block
                  + "; "
                  + (row.swapped ? "a swapped sequence holds" : "it must hold")
                  + " blocks of ["
                  + from
                  + ", "
                  + to
                  + ")");
      verdict.require(
          Rule.BSM_2,
          seen.add(block),
          () ->
              "after "
                  + call
                  + " block "
                  + block
                  + " stands twice in the table of sequence "
                  + row.id
                  + ": "
                  + Arrays.toString(row.table));
    }
  }

  private void stable(String call, Row row, int subject) {
    verdict.require(
        Rule.BSM_25,
        row.id == subject || row.computed == row.computedBefore,
        () ->
            call
                + " changed computedTokens of sequence "
                + row.id
                + " from "
                + row.computedBefore
                + " to "
                + row.computed);
    int known = row.tableBefore.length;
    boolean kept =
        row.table.length >= known && Arrays.equals(row.table, 0, known, row.tableBefore, 0, known);
    verdict.require(
        Rule.BSM_11,
        kept || row.revision > row.revisionBefore,
        () ->
            call
                + " changed the table of sequence "
                + row.id
                + " from "
                + Arrays.toString(row.tableBefore)
                + " to "
                + Arrays.toString(row.table)
                + ", but its revision went from "
                + row.revisionBefore
                + " to "
                + row.revision);
    verdict.require(
        Rule.BSM_11,
        row.revision >= row.revisionBefore,
        () ->
            call
                + " took the revision of sequence "
                + row.id
                + " back from "
                + row.revisionBefore
                + " to "
                + row.revision);
  }

  private void sharing(String call, Row row) {
    for (int i = 0; i < row.table.length; i++) {
      int entry = i;
      int block = row.table[i];
      if (block < 0) {
        continue;
      }
      for (Row other : rows.values()) {
        if (other == row || !other.inTable(block)) {
          continue;
        }
        boolean mayWrite =
            (i + 1) * shape.blockSize() > row.computed
                && i * shape.blockSize() < row.granted
                && row.granted > row.computed;
        verdict.require(
            Rule.BSM_2,
            !mayWrite,
            () ->
                "after "
                    + call
                    + " sequence "
                    + row.id
                    + " may write positions "
                    + row.computed
                    + " to "
                    + (row.granted - 1)
                    + " and block "
                    + block
                    + " (entry "
                    + entry
                    + ") is in the table of sequence "
                    + other.id
                    + " too");
        verdict.require(
            Rule.BSM_3,
            (row.forked && other.forked)
                || (i + 1) * shape.blockSize() <= row.computed
                || shadow.cached().containsKey(block),
            () ->
                "after "
                    + call
                    + " block "
                    + block
                    + " is shared by sequences "
                    + row.id
                    + " and "
                    + other.id
                    + ", but entry "
                    + entry
                    + " of sequence "
                    + row.id
                    + " is not full and committed: computed are "
                    + row.computed);
      }
    }
  }

  private void counts(String call) {
    for (Tier tier : Tier.values()) {
      boolean device = tier == Tier.DEVICE;
      int size = device ? shape.device() : shape.host();
      Set<Integer> held = new HashSet<>();
      for (Row row : rows.values()) {
        for (int block : row.table) {
          if (block >= 0 && block < shape.device() == device) {
            held.add(block);
          }
        }
      }
      verdict.require(
          Rule.BSM_1,
          state.total(tier) == size,
          () -> "totalBlocks(" + tier + ") is " + state.total(tier) + ", the context says " + size);
      verdict.require(
          Rule.BSM_1,
          state.available(tier) == size - held.size(),
          () ->
              "after "
                  + call
                  + " availableBlocks("
                  + tier
                  + ") is "
                  + state.available(tier)
                  + "; of "
                  + size
                  + " blocks the tables hold "
                  + held
                  + ", so it must be "
                  + (size - held.size()));
      verdict.require(
          Rule.BSM_18,
          state.cached(tier) == shadow.count(device),
          () ->
              "after "
                  + call
                  + " cachedBlocks("
                  + tier
                  + ") is "
                  + state.cached(tier)
                  + "; by the events it is "
                  + shadow.count(device)
                  + " (both tiers: "
                  + shadow.cached().keySet()
                  + "); this call told "
                  + shadow.events());
    }
  }

  /// Compares the memory with what must be there; all copies were executed.
  void contents(String call, Rule ofCache) {
    for (Row row : rows.values()) {
      Rule rule = row.wasSwapped ? Rule.BSM_17 : row.forked ? Rule.BSM_16 : Rule.BSM_27;
      contents(call, row, row.computed, rule);
    }
    shadow
        .cached()
        .forEach((block, cached) -> {
          for (int i = 0; i < shape.blockSize(); i++) {
            int offset = i;
            verdict.require(
                ofCache,
                memory.read(block, i) == cached.kv().get(i),
                () ->
                    "after "
                        + call
                        + " and all copies the cached block "
                        + block
                        + " holds at offset "
                        + offset
                        + " "
                        + saw(memory.read(block, offset))
                        + ", not the KV of the tokens it caches (depth "
                        + cached.depth()
                        + ")");
          }
        });
  }

  /// The same for the first `to` positions of one sequence.
  void contents(String call, Row row, int to, Rule rule) {
    for (int position = 0; position < Math.min(to, row.computable()); position++) {
      int entry = position / shape.blockSize();
      int at = position;
      if (entry >= row.table.length || row.table[entry] < 0) {
        continue;
      }
      long found = memory.read(row.table[entry], position % shape.blockSize());
      verdict.require(
          rule,
          found == row.kv(position),
          () ->
              "after "
                  + call
                  + " and all copies position "
                  + at
                  + " of sequence "
                  + row.id
                  + ", in block "
                  + row.table[entry]
                  + ", holds "
                  + saw(found)
                  + ", not the KV of its tokens");
    }
  }

  private static String saw(long kv) {
    return kv == GhostMemory.UNWRITTEN ? "what was never written" : "other KV";
  }
}
