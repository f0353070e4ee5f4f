package dev.jacquard.engine.core;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.schedule.Scheduler;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gives sequences their ids and takes them back when the scheduler let go of them. Engine thread.
final class SequenceRegistry {
  private final @Nullable Sequence[] byId;
  private final int[] freeIds;
  private final Set<ActiveRequest> active = new LinkedHashSet<>();
  private final List<Sequence> leaving = new ArrayList<>();
  private final EngineClock clock;
  private final EngineEvents events;
  private int freeCount;

  SequenceRegistry(int maxSequences, EngineClock clock, EngineEvents events) {
    this.clock = clock;
    this.events = events;
    byId = new Sequence[maxSequences];
    freeIds = new int[maxSequences];
    for (int id = maxSequences - 1; id >= 0; id--) {
      freeIds[freeCount++] = id;
    }
  }

  /// Whether all sequences of a request would find an id.
  boolean hasRoom(ActiveRequest request) {
    return freeCount >= request.count();
  }

  void enter(ActiveRequest request) {
    for (int i = 0; i < request.count(); i++) {
      int id = freeIds[--freeCount];
      byId[id] = request.sequence(i);
      request.sequence(i).enter(id);
    }
    active.add(request);
  }

  Sequence get(int id) {
    return Objects.requireNonNull(byId[id], "no sequence has this id");
  }

  /// Marks a sequence as ended; its id comes free at a [#reclaim] once the scheduler forgot it.
  void ended(Sequence sequence, FinishReason reason) {
    if (leaving.contains(sequence) || byId[sequence.id()] != sequence) {
      return;
    }
    sequence.end(reason);
    leaving.add(sequence);
    ActiveRequest request = sequence.owner();
    if (request.sequenceEnded(clock.nanos())) {
      active.remove(request);
      events.ended(request);
    }
  }

  void reclaim(Scheduler scheduler) {
    for (int i = leaving.size() - 1; i >= 0; i--) {
      int id = leaving.get(i).id();
      if (!scheduler.holds(id)) {
        byId[id] = null;
        freeIds[freeCount++] = id;
        leaving.set(i, leaving.getLast());
        leaving.removeLast();
      }
    }
  }

  /// The requests that have not ended, oldest first.
  List<ActiveRequest> active() {
    return List.copyOf(active);
  }

  boolean isActive(ActiveRequest request) {
    return active.contains(request);
  }

  int activeCount() {
    return active.size();
  }

  boolean hasLeaving() {
    return !leaving.isEmpty();
  }
}
