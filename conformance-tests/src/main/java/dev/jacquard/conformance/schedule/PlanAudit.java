package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_1;
import static dev.jacquard.conformance.Rule.SCH_12;
import static dev.jacquard.conformance.Rule.SCH_13;
import static dev.jacquard.conformance.Rule.SCH_14;
import static dev.jacquard.conformance.Rule.SCH_18;
import static dev.jacquard.conformance.Rule.SCH_19;
import static dev.jacquard.conformance.Rule.SCH_2;
import static dev.jacquard.conformance.Rule.SCH_20;
import static dev.jacquard.conformance.Rule.SCH_3;
import static dev.jacquard.conformance.Rule.SCH_5;
import static dev.jacquard.conformance.Rule.SCH_6;
import static dev.jacquard.conformance.Rule.SCH_9;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.schedule.Stage.Launched;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Looks at each plan when it is made and when it is completed, as the engine's step would depend
/// on it.
final class PlanAudit {
  private final Setting setting;
  private final Stage stage;
  private final WatchedBlocks blocks;
  private final EventAudit events;
  private final Ruling ruling;
  private final Scheduler scheduler;
  private final Set<Integer> ranBefore = new HashSet<>();
  private int emptyInARow;

  PlanAudit(
      Setting setting,
      Stage stage,
      WatchedBlocks blocks,
      EventAudit events,
      Ruling ruling,
      Scheduler scheduler) {
    this.setting = setting;
    this.stage = stage;
    this.blocks = blocks;
    this.events = events;
    this.ruling = ruling;
    this.scheduler = scheduler;
  }

  /// `#3 [5, 8) 1 output; preempted #2`.
  static String text(StepPlan plan) {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < plan.rows(); row++) {
      int first = plan.firstPosition(row);
      text.append("id ")
          .append(plan.sequence(row))
          .append(" [")
          .append(first)
          .append(", ")
          .append(first + plan.tokenCount(row))
          .append(") outputs ")
          .append(plan.outputs(row))
          .append("; ");
    }
    for (int i = 0; i < plan.preemptions(); i++) {
      text.append("preempted id ").append(plan.preempted(i)).append("; ");
    }
    return text.isEmpty() ? "empty" : text.toString();
  }

  /// Notes who runs.
  void before() {
    ranBefore.clear();
    ranBefore.addAll(blocks.inside);
    ranBefore.removeAll(blocks.swapped);
  }

  void after(StepPlan plan, Collection<Launched> out) {
    if (blocks.plannings == 0) {
      ruling.complain(SCH_18, "plan did not call `planning` of the manager");
    }
    preempted(plan);
    Map<Integer, Integer> holders = holders();
    for (int row = 0; row < plan.rows(); row++) {
      row(plan, row, holders);
    }
    events.lateCommits();
    queueJumped(plan);
    empty(plan, out);
    for (DrivenSequence sequence : stage.known.values()) {
      sequence.idleSteps++;
    }
  }

  /// The known sequence of a row.
  DrivenSequence planned(StepPlan plan, int row) {
    return Objects.requireNonNull(stage.sequence(plan.sequence(row)));
  }

  /// How many tables name each device block.
  private Map<Integer, Integer> holders() {
    Map<Integer, Integer> holders = new HashMap<>();
    for (int id : blocks.inside) {
      if (!blocks.swapped.contains(id)) {
        for (int block : blocks.table(id)) {
          holders.merge(block, 1, Integer::sum);
        }
      }
    }
    return holders;
  }

  private void row(StepPlan plan, int row, Map<Integer, Integer> holders) {
    int id = plan.sequence(row);
    int first = plan.firstPosition(row);
    int end = first + plan.tokenCount(row);
    String what = "row " + row + " (id " + id + ", positions [" + first + ", " + end + "))";
    DrivenSequence sequence = stage.sequence(id);
    if (sequence == null) {
      ruling.stop(what + " names a sequence that the scheduler does not hold", SCH_1, SCH_5);
      return;
    }
    what = what + " of " + sequence;
    if (sequence.ended) {
      boolean finished = sequence.endedIn >= 0;
      ruling.stop(
          what + (finished ? " finished" : " was cancelled") + " before this plan",
          finished ? SCH_14 : SCH_5);
    }
    if (!blocks.inside.contains(id) || blocks.swapped.contains(id)) {
      String where = blocks.swapped.contains(id) ? "are in the host tier" : "were given up";
      ruling.stop(what + " has no blocks on the device: they " + where, SCH_2, SCH_19);
    }
    start(what, sequence, first);
    if (end > sequence.computable()) {
      ruling.stop(what + " ends above computable(), which is " + sequence.computable(), SCH_3);
    }
    int[] table = blocks.table(id);
    if (table.length * setting.blockSize() < end) {
      ruling.stop(
          what
              + " has no block for position "
              + table.length * setting.blockSize()
              + ": its table has "
              + table.length
              + " blocks of "
              + setting.blockSize(),
          SCH_2);
    }
    for (int entry = first / setting.blockSize(); entry * setting.blockSize() < end; entry++) {
      if (holders.getOrDefault(table[entry], 0) > 1) {
        ruling.stop(
            what
                + " writes into block "
                + table[entry]
                + ", which another sequence's table holds as well: reserve would have copied it",
            SCH_2);
      }
    }
    outputs(what, plan, row, sequence);
    sequence.afterFailure = false;
    sequence.resuming = false;
  }

  private void start(String what, DrivenSequence sequence, int first) {
    int computed = blocks.inner().computedTokens(sequence.id());
    int expected = sequence.next >= 0 ? sequence.next : computed;
    if (first != expected) {
      String why =
          sequence.next >= 0
              ? "the row before, which is out, ends at " + expected
              : computed + " positions are computed, as computedTokens() says";
      String complaint = what + " must start at " + expected + ": " + why;
      if (sequence.afterFailure) {
        ruling.stop(complaint + ", and the step before failed", SCH_3, SCH_12);
      }
      if (sequence.resuming) {
        ruling.stop(complaint + ", and it was preempted before", SCH_3, SCH_6);
      }
      ruling.stop(complaint, SCH_3);
    }
  }

  private void outputs(String what, StepPlan plan, int row, DrivenSequence sequence) {
    int first = plan.firstPosition(row);
    int count = plan.tokenCount(row);
    int end = first + count;
    boolean prompt =
        sequence.request().sampling().promptLogprobs() >= 0 && first < sequence.promptLength();
    int wanted =
        prompt ? count : end < sequence.computable() ? 0 : Math.min(count, 1 + sequence.drafted());
    if (plan.outputs(row) != wanted) {
      String why =
          prompt
              ? "its request wants log-probabilities of the prompt"
              : "computable() is "
                  + sequence.computable()
                  + ", "
                  + sequence.drafted()
                  + " of these are drafted";
      ruling.stop(
          what + " asks for " + plan.outputs(row) + " outputs instead of " + wanted + ": " + why,
          SCH_13);
    }
  }

  private void preempted(StepPlan plan) {
    Set<Integer> reported = new HashSet<>();
    List<String> told = new ArrayList<>();
    for (int i = 0; i < plan.preemptions(); i++) {
      int id = plan.preempted(i);
      DrivenSequence sequence = stage.sequence(id);
      if (!reported.add(id)) {
        ruling.stop("the plan reports the preemption of id " + id + " twice", SCH_19);
      }
      if (sequence == null || sequence.ended) {
        ruling.stop("the plan reports the preemption of id " + id + ", which does not run", SCH_19);
        return;
      }
      if (plan.rowOf(id) >= 0) {
        ruling.stop(
            sequence + " was preempted in this plan and has row " + plan.rowOf(id) + " in it",
            SCH_19);
      }
      if (!blocks.gaveUp.contains(id)) {
        ruling.stop(
            sequence
                + " was preempted, but when plan returns its blocks are neither released nor"
                + " swapped out"
                + (blocks.swapRefused.contains(id) ? ": swapOut was refused" : ""),
            blocks.swapRefused.contains(id) ? new Rule[] {SCH_6, SCH_19} : new Rule[] {SCH_19});
      }
      told.add(WatchedListener.preemptedEvent(sequence));
    }
    for (int id : blocks.gaveUp) {
      if (!reported.contains(id)) {
        ruling.stop(
            "id "
                + id
                + " gave its blocks up in this plan, but plan.preempt("
                + id
                + ") was not called: the engine keeps the old table",
            SCH_19);
      }
    }
    events.heardAll("preempted", told);
    if (!told.isEmpty() && scheduler.waiting() < stillOut(reported)) {
      ruling.complain(
          SCH_19,
          "waiting() is "
              + scheduler.waiting()
              + " although "
              + told.size()
              + " sequences were preempted in this plan: they are not queued again");
    }
  }

  private int stillOut(Set<Integer> reported) {
    int without = 0;
    for (int id : reported) {
      without += !blocks.inside.contains(id) || blocks.swapped.contains(id) ? 1 : 0;
    }
    return without;
  }

  /// Whoever runs comes before whoever is new.
  private void queueJumped(StepPlan plan) {
    int latest = -1;
    for (int id : blocks.admitted) {
      latest = plan.rowOf(id) >= 0 ? id : latest;
    }
    if (latest < 0) {
      return;
    }
    for (int id : ranBefore) {
      DrivenSequence sequence = stage.sequence(id);
      if (sequence == null || sequence.ended || !runsStill(id)) {
        continue;
      }
      if (plan.rowOf(id) < 0) {
        int start = sequence.next >= 0 ? sequence.next : blocks.inner().computedTokens(id);
        if (start < sequence.computable()) {
          ruling.complain(
              SCH_20,
              sequence
                  + " runs and has "
                  + (sequence.computable() - start)
                  + " positions to compute, but has no row in a plan that admits id "
                  + latest);
        }
      }
    }
  }

  private boolean runsStill(int id) {
    return blocks.inside.contains(id)
        && !blocks.swapped.contains(id)
        && !blocks.admitted.contains(id);
  }

  private void empty(StepPlan plan, Collection<Launched> out) {
    if (plan.rows() > 0 || !out.isEmpty()) {
      emptyInARow = 0;
      return;
    }
    List<DrivenSequence> able = new ArrayList<>();
    for (DrivenSequence sequence : stage.known.values()) {
      if (!sequence.ended) {
        able.add(sequence);
      }
    }
    if (!able.isEmpty() && (plan.preemptions() == 0 || ++emptyInARow > 2)) {
      ruling.stop(
          "the plan is empty, no plan is out, and "
              + able.size()
              + " sequences wait or run, among them "
              + able.getFirst()
              + ": alone it fits the whole pool, so somebody can run",
          SCH_9);
    }
  }

  /// What the kernels of a row would read must have been computed.
  void requireRead(Ghost ghost, int[] table, DrivenSequence sequence, int first) {
    int missing = ghost.firstMissing(table, sequence, 0, first);
    if (missing >= 0) {
      ruling.stop(
          sequence
              + " goes on at position "
              + first
              + ", but the KV of position "
              + missing
              + " in its blocks is not what its tokens give: its tokens would differ from an"
              + " undisturbed run",
          SCH_6);
    }
  }
}
