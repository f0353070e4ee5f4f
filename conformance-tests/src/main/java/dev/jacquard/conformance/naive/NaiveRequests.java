package dev.jacquard.conformance.naive;

import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SamplingParams;
import java.util.Map;

/// Requests without hints, for runs and tests.
public final class NaiveRequests {
  private NaiveRequests() {}

  /// A request of `tenant` in its own cache scope.
  public static RequestInfo of(long serial, long arrivalNanos, int priority, String tenant) {
    return of(serial, arrivalNanos, priority, tenant, tenant);
  }

  /// A request with a scope of its own choice.
  public static RequestInfo of(
      long serial, long arrivalNanos, int priority, String tenant, String cacheScope) {
    return new RequestInfo(
        "request-" + serial,
        serial,
        arrivalNanos,
        Long.MAX_VALUE,
        priority,
        tenant,
        cacheScope,
        "",
        SamplingParams.builder().build(),
        RequestHints.NONE,
        Map.of());
  }
}
