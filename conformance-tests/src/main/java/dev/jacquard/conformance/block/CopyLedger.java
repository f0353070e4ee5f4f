package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;

/// Takes the copies a manager hands out and executes them.
final class CopyLedger {
  private static final int SENTINEL = 0;

  private final BlockSpaceManager manager;
  private final GhostMemory memory;
  private final Verdict verdict;

  CopyLedger(BlockSpaceManager manager, GhostMemory memory, Verdict verdict) {
    this.manager = manager;
    this.memory = memory;
    this.verdict = verdict;
  }

  /// Executes what was decided since the last call, and demands that it is handed out once.
  void drain() {
    BlockCopies copies = new BlockCopies();
    copies.add(SENTINEL, SENTINEL);
    drainInto(copies);
    int count = copies.size() - 1;
    if (count > 0) {
      verdict.did("drainCopies() -> " + text(copies, 1));
    }
    verdict.require(
        Rule.BSM_12,
        count >= 0 && copies.source(0) == SENTINEL && copies.target(0) == SENTINEL,
        () -> "drainCopies must append to the list it is given, and took away what was there");
    for (int i = 1; i <= count; i++) {
      int from = copies.source(i);
      int to = copies.target(i);
      verdict.require(
          Rule.BSM_12,
          memory.has(from) && memory.has(to),
          () -> "drainCopies handed out a copy of block " + from + " to block " + to);
    }
    memory.copy(copies, 1);
    BlockCopies again = new BlockCopies();
    drainInto(again);
    verdict.require(
        Rule.BSM_12,
        again.size() == 0,
        () ->
            "drainCopies handed out "
                + text(again, 0)
                + " although nothing was decided since the call before: each copy is handed out"
                + " once");
    memory.copy(again, 0);
  }

  /// Demands that `call` decided no copy.
  void requireNone(Rule rule, String call) {
    BlockCopies copies = new BlockCopies();
    drainInto(copies);
    verdict.require(
        rule,
        copies.size() == 0,
        () -> call + " must change nothing, but noted copies " + text(copies, 0));
    memory.copy(copies, 0);
  }

  private void drainInto(BlockCopies copies) {
    verdict.call(
        Rule.BSM_12,
        "drainCopies()",
        () -> {
          manager.drainCopies(copies);
          return copies;
        });
  }

  private static String text(BlockCopies copies, int first) {
    StringBuilder text = new StringBuilder();
    for (int i = first; i < copies.size(); i++) {
      text.append(i == first ? "" : ", ").append(copies.source(i)).append(" to ");
      text.append(copies.target(i));
    }
    return text.toString();
  }
}
