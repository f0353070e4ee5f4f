package dev.jacquard.engine.core;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.request.FinishReason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends requests before their time: cancelled, late, or failed. Engine thread.
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  private final StepCycle cycle;
  private final SequenceRegistry registry;
  private final EngineClock clock;
  private final EngineEvents events;
  private boolean schedulerGone;

  Endings(StepCycle cycle, SequenceRegistry registry, EngineClock clock, EngineEvents events) {
    this.cycle = cycle;
    this.registry = registry;
    this.clock = clock;
    this.events = events;
  }

  /// Whether the scheduler was closed and none has taken its place: nobody is left to hear of a cancellation.
  void schedulerGone(boolean gone) {
    schedulerGone = gone;
  }

  /// Ends all answers that have not ended: as ABORTED, or as ERROR when there is a cause. What the scheduler throws is thrown when all have ended.
  void end(ActiveRequest request, @Nullable EngineException cause) {
    if (cause != null) {
      request.fail(cause);
    }
    FinishReason reason = cause == null ? FinishReason.ABORTED : FinishReason.ERROR;
    boolean active = registry.isActive(request);
    RuntimeException fault = null;
    for (int i = 0; i < request.count(); i++) {
      Sequence sequence = request.sequence(i);
      if (sequence.finish() != FinishReason.NONE) {
        continue;
      }
      if (active) {
        registry.ended(sequence, reason);
        if (schedulerGone) {
          continue;
        }
        try {
          cycle.mechanisms().scheduler().cancel(sequence.id());
        } catch (RuntimeException e) {
          fault = e; // every answer ends first, whatever the scheduler makes of it
        }
      } else {
        sequence.end(reason);
        if (request.sequenceEnded(clock.nanos())) {
          events.ended(request);
        }
      }
    }
    request.changed();
    if (fault != null) {
      throw fault;
    }
  }

  /// Fails a request at a moment when the scheduler's opinion does not matter any more.
  void failQuietly(ActiveRequest request, EngineException cause) {
    try {
      end(request, cause);
    } catch (RuntimeException e) {
      LOG.warn("the scheduler failed to cancel a sequence", e);
    }
  }
}
