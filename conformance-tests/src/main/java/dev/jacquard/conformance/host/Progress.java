package dev.jacquard.conformance.host;

import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// How far each request was when a fault came. Engine thread.
final class Progress implements RequestListener {
  private final Map<Integer, Long> serialOf = new HashMap<>();
  private final Set<Long> serials = new TreeSet<>();
  private final Set<Long> planned = new HashSet<>();
  private final Set<Long> computed = new HashSet<>();
  private final Set<Long> finished = new HashSet<>();
  private boolean frozen;

  /// Sees the rows of each plan of `scheduler`.
  Scheduler watching(Scheduler scheduler) {
    return Tap.on(
        Scheduler.class,
        scheduler,
        (method, arguments, real) -> {
          Object answer = real.call();
          if (!frozen && method.equals("plan") && arguments[0] instanceof StepPlan plan) {
            for (int row = 0; row < plan.rows(); row++) {
              planned.add(serialOf.getOrDefault(plan.sequence(row), 0L));
            }
          }
          return answer;
        });
  }

  /// The fault is here: what happens from now on is another life.
  void freeze() {
    frozen = true;
  }

  @Override
  public void submitted(SequenceView sequence) {
    serials.add(sequence.request().serial());
    serialOf.put(sequence.id(), sequence.request().serial());
  }

  @Override
  public void computed(SequenceView sequence, int from, int to, int stepTokens, long nanos) {
    if (!frozen) {
      computed.add(sequence.request().serial());
    }
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    if (!frozen) {
      finished.add(sequence.request().serial());
    }
  }

  private long serial(int index) {
    return index < serials.size() ? List.copyOf(serials).get(index) : -1;
  }

  /// Whether the request had computed something and had not ended.
  boolean wasUnderWay(int index) {
    return computed.contains(serial(index)) && !finished.contains(serial(index));
  }

  /// Whether the request was in no plan yet.
  boolean hadNotStarted(int index) {
    return !planned.contains(serial(index)) && !computed.contains(serial(index));
  }
}
