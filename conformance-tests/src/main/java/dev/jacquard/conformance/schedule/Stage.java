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

  /// A plan that is out.
  ///
  /// @param tenures of each row's sequence when it was planned
  record Launched(
      int number, StepPlan plan, boolean failed, DrivenSequence[] rows, int[] tenures) {}

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
