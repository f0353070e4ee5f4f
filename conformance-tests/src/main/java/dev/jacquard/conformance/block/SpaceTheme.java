package dev.jacquard.conformance.block;

import java.util.List;
import java.util.random.RandomGenerator;

/// What a random life is about: which calls come often, and on which pools.
enum SpaceTheme {
  /// A bit of everything.
  ANY(6, 8, 3, 4, 2, 2, 3, 2, 2, 3, 4, 1, 2, 1, 2, 1, 1),
  /// Prompts that share beginnings.
  PREFIXES(10, 10, 1, 2, 1, 0, 1, 0, 0, 0, 8, 1, 4, 1, 1, 0, 1),
  /// Copies on write.
  FORKS(4, 8, 4, 4, 2, 2, 3, 7, 1, 2, 4, 0, 0, 0, 2, 0, 1),
  /// A host tier.
  SWAPS(6, 7, 2, 2, 1, 1, 2, 2, 6, 7, 4, 1, 1, 2, 2, 0, 1),
  /// Windowed attention.
  WINDOWS(6, 12, 3, 4, 2, 1, 2, 2, 1, 2, 4, 1, 1, 1, 1, 0, 1),
  /// Small pools, so that most wishes are refused.
  TIGHT(8, 8, 2, 3, 1, 6, 2, 2, 2, 3, 4, 0, 1, 1, 2, 0, 1),
  /// Steps in flight, drafts and discarded rows.
  FLIGHT(4, 4, 9, 8, 5, 2, 6, 2, 1, 2, 3, 1, 1, 0, 2, 0, 1),
  /// Calls that break the protocol.
  ERRORS(5, 6, 2, 2, 1, 1, 1, 1, 2, 1, 4, 0, 0, 0, 1, 9, 1),
  /// `clear` and `planning`.
  HOUSEKEEPING(7, 7, 1, 2, 1, 2, 1, 1, 2, 2, 6, 4, 1, 6, 1, 0, 1);

  private static final double[] WATERMARKS = {0, 0.01, 0.25, 0.5};
  private static final long[] HASHES = {-1, -1, 0, 1, 7};
  private static final int[] SIZES = {1, 2, 3, 4, 4, 5, 8};
  private static final int[] HOSTS = {0, 1, 3, 8};

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot change
  private final List<Integer> weights;

  SpaceTheme(Integer... weights) {
    this.weights = List.of(weights);
  }

  /// How often each kind of step comes.
  List<Integer> weights() {
    return weights;
  }

  /// A pool for a life of this theme.
  SpaceShape shape(RandomGenerator random) {
    int size = SIZES[random.nextInt(SIZES.length)];
    int device = 1 + random.nextInt(this == TIGHT ? 5 : 12);
    int host = HOSTS[random.nextInt(HOSTS.length)];
    if (this == SWAPS || this == HOUSEKEEPING) {
      host = 1 + random.nextInt(8);
    }
    double watermark = WATERMARKS[random.nextInt(WATERMARKS.length)];
    boolean sharing = this == PREFIXES || random.nextInt(8) > 0;
    boolean windowed = this == WINDOWS || (this != PREFIXES && random.nextInt(6) == 0);
    int window = windowed ? 1 + random.nextInt(2 * size + 2) : 0;
    int sinks = windowed && random.nextBoolean() ? random.nextInt(size + 3) : 0;
    long hashes = HASHES[random.nextInt(HASHES.length)];
    return new SpaceShape(size, device, host, watermark, sharing, window, sinks, hashes);
  }
}
