package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.StepInputs;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// Causal attention over paged KV: an online softmax (Milakov and Gimelshein 2018) over tiles of 64
/// keys.
///
/// Tiles begin at positions that are multiples of 64, whatever the block size, the chunk or the
/// window; they are visited in order. In a tile: `s = scale * sum_d q[d] k[d]` as one chain over
/// `d`; the new maximum; `p = exp(s - max)`, summed over 16 virtual lanes; old sums are scaled by
/// `exp(old - max)`; then one chain over the keys `acc = fma(p, v, acc)`. Invisible keys have `p =
/// 0`, which changes no bit of a sum; a zero's sign is settled at the end. So a query's bits depend
/// on its own position and the stored keys and values alone.
///
/// An item is a stretch of tokens of one row times one key head: all queries that read the same
/// keys.
final class PagedAttention {
  /// Keys of a tile.
  static final int TILE = 64;

  private static final int HALF = WeightFormat.GROUP;
  private static final int MAX_QUERIES = 64;

  private final WorkerPool pool;
  private final Arithmetic arithmetic;
  private final AttentionScratch[] scratch;
  private final WorkerPool.Task task = this::item;

  @SuppressWarnings("NullAway.Init") // set before every region
  private CpuTensor.Activation out;

  @SuppressWarnings("NullAway.Init")
  private CpuTensor.Activation q;

  @SuppressWarnings("NullAway.Init")
  private CpuKvCache kv;

  @SuppressWarnings("NullAway.Init")
  private StepInputs in;

  @SuppressWarnings("NullAway.Init")
  private AttentionParams params;

  private int layer;
  private float[] sinks = new float[0];
  private int group;
  private int tokensPerItem;
  private int[] rowStarts = new int[1];

  PagedAttention(WorkerPool pool, Arithmetic arithmetic, Arena arena) {
    this.pool = pool;
    this.arithmetic = arithmetic;
    this.scratch = new AttentionScratch[pool.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new AttentionScratch(arena);
    }
  }

  /// Shapes are checked by the caller; `sinks` is empty or holds a logit for each head.
  void run(
      CpuTensor.Activation out,
      CpuTensor.Activation q,
      CpuKvCache kv,
      int layer,
      StepInputs in,
      AttentionParams params,
      float[] sinks) {
    this.out = out;
    this.q = q;
    this.kv = kv;
    this.layer = layer;
    this.in = in;
    this.params = params;
    this.sinks = sinks;
    group = params.heads() / params.kvHeads();
    tokensPerItem = Math.max(1, MAX_QUERIES / group);
    if (rowStarts.length <= in.rows()) {
      rowStarts = new int[in.rows() + 1];
    }
    int stretches = 0;
    for (int row = 0; row < in.rows(); row++) {
      rowStarts[row] = stretches;
      int tokens = in.queryStart(row + 1) - in.queryStart(row);
      stretches += (tokens + tokensPerItem - 1) / tokensPerItem;
    }
    rowStarts[in.rows()] = stretches;
    pool.run(task, stretches * params.kvHeads());
  }

  private void item(int worker, int item) {
    int stretch = item / params.kvHeads();
    int found = Arrays.binarySearch(rowStarts, 0, in.rows(), stretch);
    int row = found >= 0 ? found : -found - 2;
    // Rows without tokens share their start with the next one.
    while (rowStarts[row + 1] <= stretch) {
      row++;
    }
    int first = in.queryStart(row) + (stretch - rowStarts[row]) * tokensPerItem;
    int end = Math.min(in.queryStart(row + 1), first + tokensPerItem);
    AttentionScratch own = scratch[worker];
    own.prepare((end - first) * group, params.headDim());
    attend(own, row, first, end, item % params.kvHeads());
  }

  private void attend(AttentionScratch own, int row, int first, int end, int kvHead) {
    int queries = (end - first) * group;
    int least = Integer.MAX_VALUE;
    int last = 0;
    for (int i = 0; i < queries; i++) {
      int token = first + i / group;
      int head = kvHead * group + i % group;
      int position = in.position(token);
      int from = params.window() == 0 ? 0 : Math.max(0, position - params.window() + 1);
      own.position[i] = position;
      own.from[i] = from;
      own.max[i] = sinks.length == 0 ? -Float.MAX_VALUE : sinks[head];
      own.sum[i] = sinks.length == 0 ? 0f : 1f;
      own.packQuery(i, q.data, q.at(token) + head * params.headDim(), queries);
      least = Math.min(least, from);
      last = Math.max(last, position);
    }
    int kept = params.window() == 0 ? 0 : params.sinkTokens();
    for (int tile = 0; tile <= last; tile += TILE) {
      if (tile + TILE > least || tile < kept) {
        int halves = last >= tile + HALF ? 2 : 1;
        loadTile(own, row, kvHead, tile, Math.min(last + 1, tile + halves * HALF), halves);
        for (int at = 0; at < queries; ) {
          int size = Tiles.size(queries, at);
          attendTile(own, at, size, tile, halves, kept);
          at += size;
        }
      }
    }
    for (int i = 0; i < queries; i++) {
      int head = kvHead * group + i % group;
      own.finish(i, out.data, out.at(first + i / group) + head * params.headDim());
    }
  }

  /// Keys `[tile, end)` as f32 panels. Values that a window gave up or nobody wrote are zero; keys
  /// need not be, since their scores are not looked at.
  private void loadTile(AttentionScratch own, int row, int kvHead, int tile, int end, int halves) {
    int size = kv.layout().blockSize();
    for (int position = tile; position < end; ) {
      int offset = position % size;
      int at = position - tile;
      int run = Math.min(Math.min(size - offset, HALF - at % HALF), end - position);
      int block = in.block(in.sequence(row), position / size);
      if (block >= 0) {
        loadRun(own, kvHead, block, offset, at, run);
      } else {
        own.clearValues(at, run);
      }
      position += run;
    }
    own.clearValues(end - tile, tile + halves * HALF - end);
  }

  private void loadRun(AttentionScratch own, int kvHead, int block, int offset, int at, int run) {
    int size = kv.layout().blockSize();
    int dim = params.headDim();
    int bytes = kv.type.bytes();
    arithmetic.load(
        kv.memory.address() + kv.keysAt(layer, block, kvHead) + (long) offset * bytes,
        size,
        kv.type,
        own.keys + 4L * (at / HALF * dim * HALF + at % HALF),
        HALF,
        dim,
        run);
    long values =
        kv.memory.address() + kv.valuesAt(layer, block, kvHead) + (long) offset * dim * bytes;
    for (int d = 0; d < dim; d += HALF) {
      arithmetic.load(
          values + (long) d * bytes,
          dim,
          kv.type,
          own.values + 4L * (d / HALF * TILE + at) * HALF,
          HALF,
          run,
          Math.min(HALF, dim - d));
    }
  }

  /// One tile of keys for `size` queries that share packed panels.
  private void attendTile(AttentionScratch own, int at, int size, int tile, int halves, int kept) {
    int dim = params.headDim();
    Arrays.fill(own.scores, 0, size * TILE, 0f);
    for (int half = 0; half < halves; half++) {
      arithmetic.multiplyTile(
          size,
          own.keys + 4L * half * dim * HALF,
          own.queries,
          at * dim,
          dim,
          own.scores,
          half * size * HALF);
    }
    for (int t = 0; t < size; t++) {
      softmax(own, at + t, t, size, tile, halves, kept);
    }
    for (int d = 0; d < own.panels; d++) {
      arithmetic.multiplyTile(
          size,
          own.values + 4L * d * TILE * HALF,
          own.weights,
          0,
          halves * HALF,
          own.sums,
          (d * own.count + at) * HALF);
    }
  }

  /// Turns the scores of one query into weights, packed for the second product, and rescales what
  /// it has.
  private void softmax(
      AttentionScratch own, int query, int t, int size, int tile, int halves, int kept) {
    int position = own.position[query];
    int low = visible(own.from[query], position, tile, kept);
    int high = halves == 2 ? visible(own.from[query], position, tile + HALF, kept) : 0;
    int highAt = (size + t) * HALF;
    if ((low | high) == 0) {
      for (int j = 0; j < halves * HALF; j++) {
        own.weights[j * size + t] = 0f;
      }
      return;
    }
    float scale = params.scale();
    float cap = params.softCap();
    float max = arithmetic.finishScores(own.scores, t * HALF, scale, cap, low);
    if (halves == 2) {
      max = Math.max(max, arithmetic.finishScores(own.scores, highAt, scale, cap, high));
    }
    float old = own.max[query];
    float fresh = Math.max(old, max);
    Arrays.fill(own.lanes, 0f);
    arithmetic.exponentials(own.scores, t * HALF, fresh, low, own.lanes);
    pack(own, t * HALF, t, size);
    if (halves == 2) {
      arithmetic.exponentials(own.scores, highAt, fresh, high, own.lanes);
      pack(own, highAt, HALF * size + t, size);
    }
    float factor = old == fresh ? 1f : Exp.of(old - fresh);
    own.max[query] = fresh;
    own.sum[query] = Math.fma(own.sum[query], factor, Arithmetic.sumLanes(own.lanes));
    if (factor != 1f) {
      for (int d = 0; d < own.panels; d++) {
        arithmetic.multiply(own.sums, (d * own.count + query) * HALF, factor, HALF);
      }
    }
  }

  private static void pack(AttentionScratch own, int from, int to, int size) {
    for (int j = 0; j < HALF; j++) {
      own.weights[to + j * size] = own.scores[from + j];
    }
  }

  /// Which of the 32 keys from `base` on a query sees: positions `[from, position]` and, in a
  /// windowed attention, `[0, kept)`.
  private static int visible(int from, int position, int base, int kept) {
    return range(from - base, position + 1 - base)
        | range(-base, Math.min(kept, position + 1) - base);
  }

  private static int range(int from, int to) {
    int low = Math.max(0, from);
    int high = Math.min(HALF, to);
    return high <= low ? 0 : (int) ((1L << high) - (1L << low));
  }
}
