package dev.jacquard.conformance.block;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.spi.block.CacheListener;
import java.util.List;

/// The sizes and settings a manager is tried with.
///
/// @param hashMask ones where hashes of prefixes may differ; 0 makes all of them collide
record SpaceShape(
    int blockSize,
    int device,
    int host,
    double watermark,
    boolean sharing,
    int window,
    int sinks,
    long hashMask) {
  private static final int SEQUENCES = 16;

  static SpaceShape of(int blockSize, int device) {
    return new SpaceShape(blockSize, device, 0, 0, true, 0, 0, -1);
  }

  SpaceShape withHost(int blocks) {
    return new SpaceShape(blockSize, device, blocks, watermark, sharing, window, sinks, hashMask);
  }

  SpaceShape withWatermark(double share) {
    return new SpaceShape(blockSize, device, host, share, sharing, window, sinks, hashMask);
  }

  SpaceShape withoutSharing() {
    return new SpaceShape(blockSize, device, host, watermark, false, window, sinks, hashMask);
  }

  SpaceShape withWindow(int tokens, int sinkTokens) {
    return new SpaceShape(
        blockSize, device, host, watermark, sharing, tokens, sinkTokens, hashMask);
  }

  SpaceShape withHashes(long mask) {
    return new SpaceShape(blockSize, device, host, watermark, sharing, window, sinks, mask);
  }

  NaiveBlockSpaceContext context(ManualClock clock, List<CacheListener> listeners) {
    return NaiveBlockSpaceContext.of(blockSize, device, clock)
        .withHost(host)
        .withRules(watermark, sharing)
        .withWindow(window, sinks)
        .withSequences(SEQUENCES)
        .withListeners(listeners);
  }

  int sequences() {
    return SEQUENCES;
  }

  int blocks(int tokens) {
    return Math.ceilDiv(tokens, blockSize);
  }

  int reservedAlways() {
    return (int) Math.ceil(watermark * device - 1e-9);
  }

  /// Whether neither `position` nor a later one sees any of block `block`.
  boolean unseen(int block, int position) {
    return window > 0
        && (block + 1) * blockSize <= position - window + 1
        && block * blockSize >= sinks;
  }

  /// The most blocks a sequence of `positions` holds at once when it is computed one by one.
  int atOnce(int positions) {
    int most = 0;
    for (int position = 0; position < positions; position++) {
      int seen = 0;
      for (int block = 0; block <= position / blockSize; block++) {
        seen += unseen(block, position) ? 0 : 1;
      }
      most = Math.max(most, seen);
    }
    return most;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(device).append(" device and ").append(host).append(" host blocks of ");
    text.append(blockSize).append(" tokens");
    if (watermark > 0) {
      text.append(", watermark ").append(watermark);
    }
    if (!sharing) {
      text.append(", no prefix sharing");
    }
    if (window > 0) {
      text.append(", window ").append(window).append(" with ").append(sinks).append(" sinks");
    }
    if (hashMask != -1) {
      text.append(", hashes masked by ").append(hashMask);
    }
    return text.toString();
  }
}
