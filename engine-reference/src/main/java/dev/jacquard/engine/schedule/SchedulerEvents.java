package dev.jacquard.engine.schedule;

import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.SchedulerContext;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the listeners what happened and counts preemptions. A listener that throws is dropped, logged and counted (SCH-16).
final class SchedulerEvents {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerEvents.class);

  private final MetricSink.Counter dropped;
  private final MetricSink.Counter swaps;
  private final MetricSink.Counter recomputes;
  private RequestListener[] listeners;

  SchedulerEvents(SchedulerContext context) {
    listeners = context.listeners().toArray(new RequestListener[0]);
    dropped =
        context
            .metrics()
            .counter(
                "jacquard_listeners_dropped_total",
                "Listeners dropped because they failed",
                List.of());
    MetricSink.Counter preemptions =
        context
            .metrics()
            .counter(
                "jacquard_preemptions_total",
                "Sequences that gave their blocks up",
                List.of("mode"));
    swaps = preemptions.with("swap");
    recomputes = preemptions.with("recompute");
  }

  void submitted(SequenceView sequence) {
    for (RequestListener listener : listeners) {
      tell(listener, l -> l.submitted(sequence));
    }
  }

  void computed(SequenceView sequence, int from, int to, int stepTokens, long nanos) {
    // the one event of the hot path: no lambda, nothing is allocated
    for (RequestListener listener : listeners) {
      try {
        listener.computed(sequence, from, to, stepTokens, nanos);
      } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
        drop(listener, e);
      }
    }
  }

  void preempted(SequenceView sequence, boolean swapped) {
    (swapped ? swaps : recomputes).add(1);
    for (RequestListener listener : listeners) {
      tell(listener, l -> l.preempted(sequence));
    }
  }

  void finished(SequenceView sequence, FinishReason reason) {
    for (RequestListener listener : listeners) {
      tell(listener, l -> l.finished(sequence, reason));
    }
  }

  private void tell(RequestListener listener, Consumer<RequestListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      drop(listener, e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // this very listener, whatever it says of equality
  private void drop(RequestListener failed, Throwable cause) {
    LOG.error("request listener {} failed and is dropped", failed.getClass().getName(), cause);
    dropped.add(1);
    listeners =
        java.util.Arrays.stream(listeners)
            .filter(listener -> listener != failed)
            .toArray(RequestListener[]::new);
  }
}
