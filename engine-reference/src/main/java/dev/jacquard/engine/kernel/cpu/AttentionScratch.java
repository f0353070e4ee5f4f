package dev.jacquard.engine.kernel.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// What one worker needs for the queries of an item; grows to the largest item and stays.
final class AttentionScratch {
  private static final int HALF = WeightFormat.GROUP;

  final float[] lanes = new float[Arithmetic.SUM_LANES];

  /// `[tile][half][query of the tile][32 keys]` of the queries at hand.
  final float[] scores = new float[8 * PagedAttention.TILE];

  /// `[64 keys][query of the tile]`.
  final float[] weights = new float[8 * PagedAttention.TILE];

  /// `[half][headDim][32 keys]`.
  long keys;

  /// `[panel of 32 elements][64 keys][32]`.
  long values;

  /// Packed by tiles, `[headDim][query of the tile]` each.
  float[] queries = new float[0];

  /// `[panel of 32 elements][query][32]`.
  float[] sums = new float[0];

  float[] max = new float[0];
  float[] sum = new float[0];
  int[] position = new int[0];
  int[] from = new int[0];

  /// Queries of the item.
  int count;

  /// Panels of 32 elements of a head.
  int panels;

  private final float[] zeros = new float[PagedAttention.TILE * HALF];
  private final Arena arena;
  private int dim;
  private int roomFor;

  AttentionScratch(Arena arena) {
    this.arena = arena;
  }

  void prepare(int queryCount, int headDim) {
    count = queryCount;
    dim = headDim;
    panels = (headDim + HALF - 1) / HALF;
    if (roomFor < headDim) {
      roomFor = headDim;
      keys = arena.allocate(8L * headDim * HALF, 64).address();
      values = arena.allocate(4L * panels * PagedAttention.TILE * HALF, 64).address();
    }
    if (queries.length < queryCount * headDim) {
      queries = new float[queryCount * headDim];
    }
    if (sums.length < queryCount * panels * HALF) {
      sums = new float[queryCount * panels * HALF];
    } else {
      Arrays.fill(sums, 0, queryCount * panels * HALF, 0f);
    }
    if (max.length < queryCount) {
      max = new float[queryCount];
      sum = new float[queryCount];
      position = new int[queryCount];
      from = new int[queryCount];
    }
  }

  /// Values `[at, at + n)` of the tile become zero.
  void clearValues(int at, int n) {
    for (int panel = 0; panel < panels; panel++) {
      long to = values + 4L * (panel * PagedAttention.TILE + at) * HALF;
      MemorySegment.copy(zeros, 0, RawMemory.ALL, JAVA_FLOAT, to, n * HALF);
    }
  }

  /// Puts a query into its tile.
  void packQuery(int query, float[] q, int at, int queryCount) {
    int tile = Math.min(query & ~7, queryCount & ~7);
    while (query >= tile + Tiles.size(queryCount, tile)) {
      tile += Tiles.size(queryCount, tile);
    }
    int size = Tiles.size(queryCount, tile);
    int to = tile * dim + query - tile;
    for (int d = 0; d < dim; d++) {
      queries[to + d * size] = q[at + d];
    }
  }

  /// Divides by the sum of weights; `+ 0` makes a negative zero positive.
  void finish(int query, float[] out, int at) {
    float inverse = 1f / sum[query];
    for (int d = 0; d < dim; d++) {
      out[at + d] = sums[(d / HALF * count + query) * HALF + d % HALF] * inverse + 0f;
    }
  }
}
