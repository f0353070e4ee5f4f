package dev.jacquard.conformance.host;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// First come, first served, comparing each event with what SCP-12 lets it expect. Engine thread.
final class SchedulingWitness extends ArrivalOrder {
  private enum State {
    WAITING,
    RUNNING
  }

  private record Known(SequenceView view, State state) {}

  private final Complaints complaints;
  private final Map<Integer, Known> known = new TreeMap<>();
  private boolean inPlan;
  private int plannings;
  private int named = -1;

  SchedulingWitness(Complaints complaints) {
    this.complaints = complaints;
  }

  /// Knows where each plan of `scheduler` begins and ends.
  Scheduler watching(Scheduler scheduler) {
    return Tap.on(
        Scheduler.class,
        scheduler,
        (method, arguments, real) -> {
          if (!method.equals("plan")) {
            return real.call();
          }
          inPlan = true;
          plannings = 0;
          Object answer = real.call();
          complaints.unless(
              plannings == 1, "planning was told " + plannings + " times in one plan");
          inPlan = false;
          return answer;
        });
  }

  /// Sequences of which neither `gone` nor `finished` was told.
  List<String> open() {
    return known.entrySet().stream()
        .map(entry -> "sequence " + entry.getKey() + " (" + entry.getValue().state() + ")")
        .toList();
  }

  private void require(int sequence, State state, String event) {
    Known now = known.get(sequence);
    complaints.unless(
        now != null && now.state() == state,
        event
            + " told sequence "
            + sequence
            + ", which must be "
            + state
            + " for that; as far as the"
            + " policy was told it is "
            + (now == null ? "not known" : now.state()));
    look();
  }

  /// Views may be kept until `gone` or `finished`.
  private void look() {
    known.forEach((id, entry) -> {
      SequenceView view = entry.view();
      complaints.unless(
          view.id() == id && view.length() >= view.promptLength() && view.token(0) >= 0,
          "the kept view of sequence " + id + " answers for another sequence");
    });
  }

  private void question(String what) {
    complaints.unless(
        inPlan && plannings == 1,
        what
            + " was asked "
            + (inPlan ? "after " + plannings + " times planning" : "outside a plan"));
    look();
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    if (reason == WaitReason.NEW) {
      complaints.unless(
          !known.containsKey(sequence.id()),
          "waiting(NEW) told sequence "
              + sequence.id()
              + ", which is known and neither gone nor finished");
    } else {
      require(sequence.id(), State.RUNNING, "waiting(" + reason + ")");
    }
    known.put(sequence.id(), new Known(sequence, State.WAITING));
    super.waiting(sequence, reason);
  }

  @Override
  public void gone(int sequence) {
    require(sequence, State.WAITING, "gone");
    known.remove(sequence);
    super.gone(sequence);
  }

  @Override
  public void planning(PlanView view) {
    complaints.unless(inPlan, "planning was told outside a plan");
    plannings++;
    look();
    super.planning(view);
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    require(sequence, State.WAITING, "answered(" + answer + ")");
    complaints.unless(
        sequence == named,
        "answered told sequence " + sequence + ", nextWaiting had named " + named);
    named = -1;
    Known now = known.get(sequence);
    if (answer == Reservation.GRANTED && now != null) {
      known.put(sequence, new Known(now.view(), State.RUNNING));
    }
    super.answered(sequence, answer);
  }

  @Override
  public int nextWaiting(PlanView view) {
    question("nextWaiting");
    complaints.unless(named == -1, "nextWaiting was asked before " + named + " was answered");
    named = super.nextWaiting(view);
    return named;
  }

  @Override
  public int nextPrefill(PlanView view) {
    question("nextPrefill");
    return super.nextPrefill(view);
  }

  @Override
  public int victim(PlanView view, int needy) {
    question("victim");
    require(needy, State.RUNNING, "the question for a victim, as needy,");
    return super.victim(view, needy);
  }

  @Override
  public void computed(SequenceView sequence, int from, int to) {
    require(sequence.id(), State.RUNNING, "computed");
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    require(sequence.id(), State.RUNNING, "finished");
    known.remove(sequence.id());
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    require(parent.id(), State.RUNNING, "forked, as parent,");
    known.put(child.id(), new Known(child, State.RUNNING));
  }
}
