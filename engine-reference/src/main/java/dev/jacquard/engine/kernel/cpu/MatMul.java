package dev.jacquard.engine.kernel.cpu;

/// `out[r][o] = sum_k x[r][k] * weight[o][k]` for any number of rows.
///
/// One row streams the weights once, dequantising in registers. More rows share panels: 32 weight
/// rows × some columns as f32 in the nearest cache, times packed tiles of up to 8 activation rows,
/// sums carried in f32 between panels. Both follow the order of [GroupKernel], so a row's bits do
/// not depend on how many come with it. Work is split by groups of 32 output rows only.
final class MatMul {
  private static final int GROUP = WeightFormat.GROUP;

  /// Rows that share one pass over the weights: bounds the scratch memory.
  private static final int MAX_ROWS = 256;

  private static final int FEW_ROWS = 8;
  private static final int SHALLOW = 128;
  private static final int DEEP = 128;

  /// Least work of an item, in bytes of weights times rows: a region costs about a microsecond.
  private static final long ITEM_WORK = 32 << 10;

  private final WorkerPool pool;
  private final Arithmetic arithmetic;
  private final Scratch[] scratch;
  private final WorkerPool.Task oneRow = this::oneRow;
  private final WorkerPool.Task packing = this::packTile;
  private final WorkerPool.Task manyRows = this::manyRows;

  private float[] packed = new float[0];

  @SuppressWarnings("NullAway.Init") // set before every region
  private CpuTensor.Activation out;

  @SuppressWarnings("NullAway.Init") // set before every region
  private CpuTensor.Activation x;

  @SuppressWarnings("NullAway.Init") // set before every region
  private CpuTensor.Matrix weight;

  private int firstRow;
  private int rows;
  private int groupsPerItem;

  MatMul(WorkerPool pool, Arithmetic arithmetic, Scratch[] scratch) {
    this.pool = pool;
    this.arithmetic = arithmetic;
    this.scratch = scratch;
  }

  /// Shapes are checked by the caller.
  void run(
      CpuTensor.Activation out, CpuTensor.Activation x, CpuTensor.Matrix weight, int rowCount) {
    this.out = out;
    this.x = x;
    this.weight = weight;
    if (rowCount == 1) {
      firstRow = 0;
      pool.run(oneRow, items(1));
      return;
    }
    for (firstRow = 0; firstRow < rowCount; firstRow += MAX_ROWS) {
      rows = Math.min(MAX_ROWS, rowCount - firstRow);
      int size = rows * weight.width();
      if (packed.length < size) {
        packed = new float[size];
      }
      int tiles = (rows >> 3) + Integer.bitCount(rows & 7);
      if (size < 1 << 14) {
        for (int tile = 0; tile < tiles; tile++) {
          packTile(0, tile);
        }
      } else {
        pool.run(packing, tiles);
      }
      pool.run(manyRows, items(rows));
    }
  }

  private int items(int rowCount) {
    int groups = weight.groups();
    long work = weight.groupBytes * rowCount;
    int fair = Math.max(1, groups / (4 * pool.threads()));
    groupsPerItem = (int) Math.min(fair, Math.max(1, ITEM_WORK / work));
    if (work * groups <= ITEM_WORK) {
      groupsPerItem = groups;
    }
    return (groups + groupsPerItem - 1) / groupsPerItem;
  }

  private void oneRow(int worker, int item) {
    int width = weight.width();
    Scratch own = scratch[worker];
    float[] scales = own.extra(width);
    int end = Math.min(weight.groups(), (item + 1) * groupsPerItem);
    for (int group = item * groupsPerItem; group < end; group++) {
      int row = group * GROUP;
      boolean whole = row + GROUP <= weight.rows();
      float[] y = whole ? out.data : own.group;
      int yAt = whole ? out.at(0) + row : 0;
      weight.kernel.multiply(weight.groupAt(group), width, x.data, x.at(0), y, yAt, scales);
      if (!whole) {
        System.arraycopy(y, 0, out.data, out.at(0) + row, weight.rows() - row);
      }
    }
  }

  /// First row of a tile: eights first, then the bits of the rest from the top.
  private int tileStart(int tile) {
    int eights = rows >> 3;
    int at = Math.min(tile, eights) * 8;
    for (int i = eights; i < tile; i++) {
      at += Tiles.size(rows, at);
    }
    return at;
  }

  private void packTile(int worker, int tile) {
    int at = tileStart(tile);
    int width = weight.width();
    Tiles.pack(
        x.data, x.at(firstRow + at), x.stride, Tiles.size(rows, at), width, packed, at * width);
  }

  private void manyRows(int worker, int item) {
    int end = Math.min(weight.groups(), (item + 1) * groupsPerItem);
    for (int group = item * groupsPerItem; group < end; group++) {
      multiplyGroup(scratch[worker], group);
    }
  }

  private void multiplyGroup(Scratch own, int group) {
    int width = weight.width();
    int deepest = Math.min(width, rows < FEW_ROWS ? SHALLOW : DEEP);
    long panel = own.panel(deepest * GROUP);
    float[] scales = own.extra(width);
    float[] sums = own.sums(rows * GROUP);
    java.util.Arrays.fill(sums, 0, rows * GROUP, 0f);
    for (int from = 0; from < width; from += deepest) {
      int depth = Math.min(deepest, width - from);
      weight.kernel.dequantise(weight.groupAt(group), width, from, depth, panel, scales);
      for (int at = 0; at < rows; ) {
        int tile = Tiles.size(rows, at);
        arithmetic.multiplyTile(
            tile, panel, packed, at * width + from * tile, depth, sums, at * GROUP);
        at += tile;
      }
    }
    int row = group * GROUP;
    int valid = Math.min(GROUP, weight.rows() - row);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(sums, r * GROUP, out.data, out.at(firstRow + r) + row, valid);
    }
  }
}
