package dev.jacquard.engine.server;

import dev.jacquard.spi.MetricSink;
import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Bounds the connections that are open at once. Beyond the limit a few are told to come later, and further ones are closed unheard, so that telling is bounded too. Thread-safe.
final class ConnectionLimit {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);

  /// Connections that are told at once.
  static final int TOLD = 64;

  private final int limit;
  private final MetricSink.Counter refused;
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicBoolean logged = new AtomicBoolean();

  ConnectionLimit(int limit, MetricSink metrics) {
    this.limit = limit;
    refused =
        metrics.counter(
            "jacquard_http_connections_refused_total",
            "Connections over --max-connections",
            List.of());
  }

  /// What becomes of a connection.
  enum Place {
    SERVED,
    TOLD,
    CLOSED
  }

  /// Gives a new connection its place, which it holds until it is closed.
  Place enter(Channel channel) {
    if (took(served, limit, channel)) {
      return Place.SERVED;
    }
    refused.add(1);
    if (logged.compareAndSet(false, true)) {
      LOG.warn(
          "{} connections are open, as many as --max-connections allows; further ones are refused,"
              + " which jacquard_http_connections_refused_total counts",
          limit);
    }
    return took(told, TOLD, channel) ? Place.TOLD : Place.CLOSED;
  }

  private static boolean took(AtomicInteger taken, int bound, Channel channel) {
    if (taken.getAndUpdate(n -> n < bound ? n + 1 : n) >= bound) {
      return false;
    }
    channel.closeFuture().addListener(closed -> taken.decrementAndGet());
    return true;
  }

  /// What a connection over the limit is told.
  ApiError refusal() {
    return ApiError.of(
        503,
        "the server has as many connections as it may ("
            + limit
            + "); try again, use fewer, or raise --max-connections");
  }
}
