package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_16;

import dev.jacquard.conformance.schedule.Stage.Call;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Two listeners of a context. Each event must come to the first and then to the second, and must
/// be true.
final class WatchedListener implements RequestListener {
  private final Stage stage;
  private final Ruling ruling;
  private final Deque<String> pending = new ArrayDeque<>();

  /// In this call of the scheduler, what both heard.
  final List<String> heard = new ArrayList<>();

  private final RequestListener second = new Second();

  WatchedListener(Stage stage, Ruling ruling) {
    this.stage = stage;
    this.ruling = ruling;
  }

  /// Both, in order.
  List<RequestListener> both() {
    return List.of(this, second);
  }

  void begin() {
    heard.clear();
    pending.clear();
  }

  /// Whether nothing was heard since the last call began.
  boolean silent() {
    return heard.isEmpty() && pending.isEmpty();
  }

  /// After a call: nobody may have heard half of it.
  void end() {
    if (!pending.isEmpty()) {
      ruling.complain(
          SCH_16, "the first listener heard `" + pending.peek() + "`, the second did not");
    }
  }

  private void first(String event) {
    if (!pending.isEmpty()) {
      ruling.complain(
          SCH_16,
          "the first listener hears `"
              + event
              + "` before the second heard `"
              + pending.peek()
              + "`");
    }
    pending.add(event);
  }

  private void second(String event) {
    if (!event.equals(pending.poll())) {
      ruling.complain(SCH_16, "the second listener hears `" + event + "` before the first");
    }
    heard.add(event);
    ruling.note("    heard " + event);
  }

  static String submittedEvent(SequenceView sequence) {
    return "submitted " + sequence;
  }

  static String computedEvent(SequenceView sequence, int from, int to, int stepTokens, long nanos) {
    return "computed "
        + sequence
        + " ["
        + from
        + ", "
        + to
        + ") of "
        + stepTokens
        + " tokens in "
        + nanos
        + " ns";
  }

  static String preemptedEvent(SequenceView sequence) {
    return "preempted " + sequence;
  }

  static String finishedEvent(SequenceView sequence, FinishReason reason) {
    return "finished " + sequence + " " + reason;
  }

  private void require(boolean holds, String event) {
    if (!holds) {
      ruling.complain(SCH_16, "a listener heard `" + event + "` inside " + stage.call);
    }
  }

  @Override
  public void submitted(SequenceView sequence) {
    String event = submittedEvent(sequence);
    require(stage.call == Call.SUBMIT || stage.call == Call.FORK, event);
    first(event);
  }

  @Override
  public void computed(SequenceView sequence, int from, int to, int stepTokens, long nanos) {
    String event = computedEvent(sequence, from, to, stepTokens, nanos);
    require(stage.call == Call.COMPLETE || stage.call == Call.PLAN, event);
    first(event);
  }

  @Override
  public void preempted(SequenceView sequence) {
    String event = preemptedEvent(sequence);
    require(stage.call == Call.PLAN, event);
    first(event);
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    first(finishedEvent(sequence, reason));
  }

  private final class Second implements RequestListener {
    @Override
    public void submitted(SequenceView sequence) {
      WatchedListener.this.second(submittedEvent(sequence));
    }

    @Override
    public void computed(SequenceView sequence, int from, int to, int stepTokens, long nanos) {
      WatchedListener.this.second(computedEvent(sequence, from, to, stepTokens, nanos));
      if (sequence instanceof DrivenSequence driven) {
        driven.toldTo = to;
      }
    }

    @Override
    public void preempted(SequenceView sequence) {
      WatchedListener.this.second(preemptedEvent(sequence));
    }

    @Override
    public void finished(SequenceView sequence, FinishReason reason) {
      WatchedListener.this.second(finishedEvent(sequence, reason));
      if (sequence instanceof DrivenSequence driven && !stage.heardEnd.add(driven)) {
        ruling.complain(SCH_16, "a listener heard the end of " + driven + " twice");
      }
    }
  }
}
