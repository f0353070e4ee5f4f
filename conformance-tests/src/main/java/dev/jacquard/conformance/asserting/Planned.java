package dev.jacquard.conformance.asserting;

import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// A plan that is out, with what its rows said when it was made.
record Planned(StepPlan plan, List<Row> rows) {
  /// A row of a plan and what the scheduler's end of it is known by.
  record Row(Life life, int first, int count, int outputs) {}

  /// What is known of a sequence from `submit` until the scheduler lets go of it.
  static final class Life {
    final int id;
    final SequenceView view;
    boolean cancelled;
    boolean finished;

    /// Plans that are out and name it.
    int out;

    /// Where its last planned row ended, or -1 when it goes on at what is computed.
    int next = -1;

    /// Its length when it was looked at last.
    int length;

    Life(SequenceView view) {
      this.view = view;
      id = view.id();
      length = view.length();
    }

    boolean over() {
      return cancelled || finished;
    }

    @Override
    public String toString() {
      return "sequence " + id;
    }
  }

  boolean unchanged() {
    boolean same = plan.rows() == rows.size();
    for (int i = 0; same && i < rows.size(); i++) {
      Row row = rows.get(i);
      same =
          plan.sequence(i) == row.life.id
              && plan.firstPosition(i) == row.first
              && plan.tokenCount(i) == row.count
              && plan.outputs(i) == row.outputs;
    }
    return same;
  }

  static Planned of(StepPlan plan, IntFunction<Life> lives) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < plan.rows(); i++) {
      rows.add(
          new Row(
              lives.apply(plan.sequence(i)),
              plan.firstPosition(i),
              plan.tokenCount(i),
              plan.outputs(i)));
    }
    return new Planned(plan, rows);
  }
}
