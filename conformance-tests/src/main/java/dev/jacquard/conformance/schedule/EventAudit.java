package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_16;

import dev.jacquard.conformance.schedule.Stage.Launched;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.ArrayList;
import java.util.List;

/// Compares what the listeners heard with what happened.
final class EventAudit {
  private final Stage stage;
  private final WatchedBlocks blocks;
  private final WatchedListener listener;
  private final Ruling ruling;

  EventAudit(Stage stage, WatchedBlocks blocks, WatchedListener listener, Ruling ruling) {
    this.stage = stage;
    this.blocks = blocks;
    this.listener = listener;
    this.ruling = ruling;
  }

  /// Who commits late, when a sequence is swapped in again, tells the listeners then at the latest.
  void lateCommits() {
    blocks.commits.forEach((id, to) -> {
      DrivenSequence sequence = stage.sequence(id);
      if (sequence != null && sequence.toldTo < to) {
        ruling.complain(
            SCH_16,
            sequence
                + " was committed to "
                + to
                + " when it was swapped in, but no listener"
                + " heard `computed` of these positions, neither now nor at their completion");
      }
    });
  }

  /// After `complete`: who heard what.
  void completed(Launched step, List<DrivenSequence> ends) {
    List<String> computed = new ArrayList<>();
    StepPlan plan = step.plan();
    for (int row = 0; row < plan.rows(); row++) {
      DrivenSequence sequence = step.rows()[row];
      Integer to = blocks.commits.get(sequence.id());
      if (to != null) {
        computed.add(
            WatchedListener.computedEvent(
                sequence, plan.firstPosition(row), to, plan.totalTokens(), stage.nanos));
      } else if (blocks.swapped.contains(sequence.id()) && !step.failed()) {
        int end = plan.firstPosition(row) + plan.tokenCount(row);
        String event =
            WatchedListener.computedEvent(
                sequence, plan.firstPosition(row), end, plan.totalTokens(), stage.nanos);
        // it may be told now or when it is committed
        computed.addAll(listener.heard.contains(event) ? List.of(event) : List.of());
      }
    }
    heardAll("computed", computed);
    List<String> finished = new ArrayList<>();
    for (DrivenSequence sequence : ends) {
      boolean full = sequence.length() >= sequence.maxLength();
      finished.add(
          WatchedListener.finishedEvent(sequence, full ? FinishReason.LENGTH : FinishReason.STOP));
    }
    heardAll("finished", finished);
  }

  /// In this call the listeners heard exactly `events`.
  void heardExactly(List<String> events, String call) {
    if (!listener.heard.equals(events)) {
      ruling.complain(
          SCH_16,
          "during " + call + " the listeners heard " + listener.heard + " instead of " + events);
    }
  }

  /// Of one kind of events the listeners heard exactly these, in any order.
  void heardAll(String kind, List<String> events) {
    List<String> heard = new ArrayList<>();
    for (String event : listener.heard) {
      if (event.startsWith(kind)) {
        heard.add(event);
      }
    }
    List<String> missing = new ArrayList<>(events);
    missing.removeAll(heard);
    List<String> surplus = new ArrayList<>(heard);
    surplus.removeAll(events);
    if (!missing.isEmpty() || !surplus.isEmpty() || heard.size() != events.size()) {
      ruling.complain(
          SCH_16,
          "of the events `"
              + kind
              + "` the listeners did not hear "
              + missing
              + ", and heard without reason "
              + surplus
              + "; heard in this call: "
              + heard);
    }
  }
}
