package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_18;
import static dev.jacquard.conformance.Rule.SCH_4;
import static dev.jacquard.conformance.Rule.SCH_7;

import dev.jacquard.conformance.schedule.Stage.Launched;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.schedule.Scheduler;

/// Looks at what is left of sequences: computed work that must be committed, ended ones that must
/// leave, and the counts.
final class EndAudit {
  private final Stage stage;
  private final WatchedBlocks blocks;
  private final Ruling ruling;
  private final Scheduler scheduler;

  EndAudit(Stage stage, WatchedBlocks blocks, Ruling ruling, Scheduler scheduler) {
    this.stage = stage;
    this.blocks = blocks;
    this.ruling = ruling;
    this.scheduler = scheduler;
  }

  /// After a completion the manager must know what was computed.
  void requireCommit(Launched step, DrivenSequence sequence) {
    if (sequence.out == 0 && !sequence.ended) {
      sequence.next = -1;
    }
    int row = step.plan().rowOf(sequence.id());
    boolean counts =
        row >= 0
            && !step.failed()
            && !sequence.ended
            && sequence.tenure == step.tenures()[row]
            && blocks.inside.contains(sequence.id())
            && !blocks.swapped.contains(sequence.id());
    if (counts) {
      int end = step.plan().firstPosition(row) + step.plan().tokenCount(row);
      int computed = Math.min(end, Math.max(sequence.length() - 1, step.plan().firstPosition(row)));
      if (blocks.inner().computedTokens(sequence.id()) < computed) {
        ruling.stop(
            "complete did not commit what "
                + sequence
                + " computed: "
                + computed
                + " positions, computedTokens() is "
                + blocks.inner().computedTokens(sequence.id()),
            SCH_18);
      }
    }
  }

  /// What must be true of a sequence that ended, and its leaving.
  void leave(DrivenSequence sequence) {
    int id = sequence.id();
    if (!sequence.ended || stage.sequence(id) != sequence) {
      return;
    }
    boolean holds = scheduler.holds(id);
    if (sequence.out > 0) {
      if (!holds) {
        ruling.stop(
            sequence + " ended and a plan that names it is out, but holds() is false", SCH_7);
      }
      return;
    }
    if (holds || blocks.inside.contains(id)) {
      String complaint =
          sequence
              + " ended and no plan that is out names it, but holds() is "
              + holds
              + " and its blocks are "
              + (blocks.inside.contains(id) ? "held" : "released");
      if (sequence.endedIn >= 0) {
        ruling.stop(complaint, SCH_7);
      }
      ruling.complain(SCH_7, complaint);
      return; // a cancel that is heeded late: the next plan shows whether it is heeded at all
    }
    stage.known.remove(id);
  }

  /// What the scheduler counts is what it holds.
  void count() {
    int held = 0;
    for (DrivenSequence sequence : stage.known.values()) {
      boolean holds = scheduler.holds(sequence.id());
      held += holds ? 1 : 0;
      if (!holds && !sequence.ended) {
        ruling.stop(sequence + " has not ended, but holds() is false: it was lost", SCH_4);
      }
    }
    int counted = scheduler.waiting() + scheduler.running();
    if (counted != held) {
      ruling.complain(
          SCH_7,
          "waiting() is "
              + scheduler.waiting()
              + " and running() is "
              + scheduler.running()
              + ", but the scheduler holds "
              + held
              + " sequences");
    }
  }

  /// When everybody has ended, nothing is held.
  void requireIdle() {
    for (Tier tier : Tier.values()) {
      int available = blocks.inner().availableBlocks(tier);
      int total = blocks.inner().totalBlocks(tier);
      if (available != total) {
        ruling.complain(
            SCH_7, "everybody ended, but " + (total - available) + " blocks are held on " + tier);
      }
    }
  }
}
