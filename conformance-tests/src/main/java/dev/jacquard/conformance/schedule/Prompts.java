package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.spi.request.RequestInfo;

/// What clients ask for.
final class Prompts {
  private static final int VOCABULARY = 509;
  private static final long APART = 1_000;

  private Prompts() {}

  /// A prompt of `length` tokens; those of one stem begin alike.
  static int[] tokens(int stem, int length) {
    int[] prompt = new int[length];
    for (int i = 0; i < length; i++) {
      prompt[i] = (int) Long.remainderUnsigned(Ghost.mix(stem * APART + i), VOCABULARY);
    }
    return prompt;
  }

  /// A request whose client gives up after `patience` nanoseconds, unless that is 0.
  static RequestInfo request(long serial, long now, int priority, String tenant, long patience) {
    RequestInfo plain = NaiveRequests.of(serial, now, priority, tenant);
    return new RequestInfo(
        plain.id(),
        serial,
        now,
        patience > 0 ? now + patience : Long.MAX_VALUE,
        priority,
        tenant,
        plain.cacheScope(),
        plain.adapter(),
        plain.sampling(),
        plain.hints(),
        plain.attachments());
  }
}
