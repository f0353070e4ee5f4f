package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.schedule.StepPlan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is going on in a drive, for those who watch the scheduler from the side.
final class Stage {
  /// The scheduler's method that runs.
  enum Call {
    NONE,
    SUBMIT,
    FORK,
    CANCEL,
    PLAN,
    COMPLETE,
    CLOSE
  }

  /// A plan that is out. Its number tells it from all others of a drive.
  static final class Launched {
    private final int number;
    private final StepPlan plan;
    private final boolean failed;
    private final DrivenSequence[] rows;
    private final int[] tenures;

    Launched(int number, StepPlan plan, boolean failed) {
      this.number = number;
      this.plan = plan;
      this.failed = failed;
      rows = new DrivenSequence[plan.rows()];
      tenures = new int[plan.rows()];
    }

    int number() {
      return number;
    }

    StepPlan plan() {
      return plan;
    }

    boolean failed() {
      return failed;
    }

    /// The sequence of each row.
    DrivenSequence[] rows() {
      return rows;
    }

    /// The tenure of each row's sequence when it was planned.
    int[] tenures() {
      return tenures;
    }
  }

  /// The sequences that the scheduler holds, by id.
  final Map<Integer, DrivenSequence> known = new HashMap<>();

  /// Sequences whose end every listener heard.
  final Set<DrivenSequence> heardEnd = new HashSet<>();

  /// The engine thread.
  final Thread thread = Thread.currentThread();

  Call call = Call.NONE;

  /// What `complete` is about.
  @Nullable Launched completing;

  long nanos;

  /// The known sequence of `id`, or null.
  @Nullable DrivenSequence sequence(int id) {
    return known.get(id);
  }

  /// The row of `sequence` in the plan that is completed, or -1.
  int row(DrivenSequence sequence) {
    Launched step = completing;
    for (int row = 0; step != null && row < step.rows().length; row++) {
      if (step.rows()[row] == sequence) {
        return row;
      }
    }
    return -1;
  }
}
