package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.asserting.Planned.Life;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges a plan when the scheduler returns it.
final class PlanJudge {
  private final StepProtocol protocol;
  private final Map<Integer, Life> lives;

  PlanJudge(StepProtocol protocol, Map<Integer, Life> lives) {
    this.protocol = protocol;
    this.lives = lives;
  }

  void judge(StepPlan plan) {
    AssertingBlockSpaceManager blocks = protocol.blocks();
    if (blocks != null && protocol.plannings() != 1) {
      throw protocol.broken(Rule.SCH_18, "plan called planning " + protocol.plannings() + " times");
    }
    preempted(plan, blocks);
    for (int row = 0; row < plan.rows(); row++) {
      row(plan, row, blocks);
    }
  }

  private void preempted(StepPlan plan, @Nullable AssertingBlockSpaceManager blocks) {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < plan.preemptions(); i++) {
      int id = plan.preempted(i);
      Life life = lives.get(id);
      HeldSequence held = blocks == null ? null : blocks.held(id);
      String complaint =
          life == null || life.over()
              ? "does not run"
              : !seen.add(id)
                  ? "was preempted before in this plan"
                  : plan.rowOf(id) >= 0
                      ? "has row " + plan.rowOf(id) + " in this plan"
                      : held != null && !held.swapped ? "kept its blocks" : "";
      if (!complaint.isEmpty()) {
        throw protocol.broken(
            Rule.SCH_19, "the plan preempts sequence " + id + ", which " + complaint);
      }
      if (life != null) {
        life.next = -1;
      }
    }
  }

  private void row(StepPlan plan, int row, @Nullable AssertingBlockSpaceManager blocks) {
    int first = plan.firstPosition(row);
    int count = plan.tokenCount(row);
    int end = first + count;
    String what =
        "row %d, positions [%d, %d) of sequence %d,".formatted(row, first, end, plan.sequence(row));
    Life life = lives.get(plan.sequence(row));
    if (life == null || life.finished) {
      throw protocol.broken(Rule.SCH_14, what + " is of nobody who runs");
    }
    if (life.cancelled) {
      throw protocol.broken(Rule.SCH_5, what + " was cancelled before this plan");
    }
    int computable = life.view.computable();
    if (computable < life.view.length()) {
      throw protocol.broken(
          Rule.SCH_21,
          what + " has " + computable + " computable positions of " + life.view.length());
    }
    if (end > computable) {
      throw protocol.broken(Rule.SCH_3, what + " ends above computable(), " + computable);
    }
    if (blocks != null) {
      placed(what, life, first, end, blocks);
    } else if (life.next >= 0 && first != life.next) {
      throw protocol.broken(Rule.SCH_3, what + " should begin at " + life.next);
    }
    outputs(what, life, first, count, plan.outputs(row));
    life.next = end;
  }

  private void placed(
      String what, Life life, int first, int end, AssertingBlockSpaceManager blocks) {
    HeldSequence held = blocks.held(life.id);
    if (held == null || held.swapped) {
      throw protocol.broken(
          Rule.SCH_2, what + (held == null ? " has no blocks" : " is swapped out"));
    }
    int expected = life.next >= 0 ? life.next : blocks.computedTokens(life.id);
    if (first != expected) {
      throw protocol.broken(Rule.SCH_3, what + " should begin at " + expected);
    }
    int blockSize = blocks.blockSize();
    for (int i = first / blockSize; i * blockSize < end; i++) {
      if (i >= held.length() || held.entry(i) < 0 || blocks.shared(held.entry(i), held)) {
        throw protocol.broken(
            Rule.SCH_2, what + " has no block of its own for entry " + i + ": " + held);
      }
    }
  }

  private void outputs(String what, Life life, int first, int count, int outputs) {
    boolean prompt =
        life.view.request().sampling().promptLogprobs() >= 0 && first < life.view.promptLength();
    boolean open = first + count < life.view.computable();
    boolean right = prompt ? outputs == count : open ? outputs == 0 : outputs >= 1;
    if (!right) {
      throw protocol.broken(
          Rule.SCH_13,
          what + " asks for " + outputs + " outputs; computable() is " + life.view.computable());
    }
  }
}
