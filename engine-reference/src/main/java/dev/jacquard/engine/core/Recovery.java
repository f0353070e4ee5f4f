package dev.jacquard.engine.core;

import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.PluginException;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.FinishReason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the engine serving when a scheduler or a block manager fails. Engine thread.
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int MOST_RECOVERIES = 3;

  private final StepCycle cycle;
  private final SequenceRegistry registry;
  private final Endings endings;
  private final Mechanisms.Source source;
  private final EngineEvents events;
  private long completedAtRecovery = -1;
  private int recoveries;

  Recovery(
      StepCycle cycle,
      SequenceRegistry registry,
      Endings endings,
      Mechanisms.Source source,
      EngineEvents events) {
    this.cycle = cycle;
    this.registry = registry;
    this.endings = endings;
    this.source = source;
    this.events = events;
  }

  /// Makes scheduler and manager anew. When this happens again and again without one step in between, requests that have not started fail too: one of them may be the reason.
  ///
  /// @throws RuntimeException when they cannot be made anew
  void recover(Throwable cause) {
    LOG.error("the scheduler or the block manager failed; both are made anew", cause);
    events.recovered();
    EngineException failure =
        cause instanceof EngineException e
            ? e
            : new PluginException(
                StandardErrorCode.PLUGIN_FAILED,
                "the scheduler or the block manager failed: " + cause,
                cause);
    recoveries = cycle.completed() == completedAtRecovery ? recoveries + 1 : 1;
    completedAtRecovery = cycle.completed();
    closeMechanisms();
    // the old scheduler is closed and the fresh one knows nobody: neither hears of what fails here
    endings.schedulerGone(true);
    cycle.restart(source.create());
    Throwable fault = null;
    for (ActiveRequest request : registry.active()) {
      if (request.sequence(0).planned() || recoveries > MOST_RECOVERIES) {
        endings.failQuietly(request, failure);
      } else if (fault == null) {
        fault = resubmit(request);
      }
    }
    endings.schedulerGone(false);
    if (fault != null) {
      recover(fault); // with one request less each time
    }
  }

  /// Gives a request to the fresh scheduler; what that throws against its contract is answered, once the request has failed for it.
  private @Nullable Throwable resubmit(ActiveRequest request) {
    cycle.entered(request.sequence(0).id());
    try {
      cycle.mechanisms().scheduler().submit(request.sequence(0));
      return null;
    } catch (RequestRejectedException e) {
      endings.failQuietly(request, e);
      return null;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      endings.failQuietly(
          request,
          new PluginException(
              StandardErrorCode.PLUGIN_FAILED, "the scheduler refused the request: " + e, e));
      return e;
    }
  }

  void closeMechanisms() {
    Mechanisms old = cycle.mechanisms();
    try {
      old.scheduler().close();
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      LOG.warn("closing the scheduler failed", e);
    }
    try {
      old.blocks().close();
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      LOG.warn("closing the block manager failed", e);
    }
  }

  /// Sequences that wait or run but that the scheduler has let go of would wait for ever; it refused them for good, or lost them. Throws what the scheduler throws.
  void failOrphans() {
    for (ActiveRequest request : registry.active()) {
      boolean started = request.sequence(0).length() > request.sequence(0).promptLength();
      for (int i = 0; i < (started ? request.count() : 1); i++) {
        Sequence sequence = request.sequence(i);
        if (sequence.finish() == FinishReason.NONE
            && !cycle.mechanisms().scheduler().holds(sequence.id())) {
          endings.end(
              request,
              new RequestRejectedException(
                  StandardErrorCode.PROMPT_TOO_LONG,
                  "max_tokens",
                  "the block manager has no room for prompt and max_tokens, "
                      + sequence.maxLength()
                      + " tokens: lower max_tokens, or give the engine more KV blocks"));
          break;
        }
      }
    }
  }
}
