package dev.jacquard.engine.kernel.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.BackendCapabilities;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.DeviceMemory;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// The reference backend: CPU cores, f32 arithmetic, synchronous (an operation has happened when its method returns).
///
/// **Order of every sum**, which makes results independent of batch, threads and vector width:
/// - matrix product: `acc = fma(w[k], x[k], acc)` from 0, `k` ascending; `w` is the exact value of the quantised weight as f32
/// - norm: 16 virtual lanes of squares, added as a tree; mean and root in f64
/// - attention: tiles of 64 keys at fixed positions, see [PagedAttention]
/// - `exp` and `tanh`: [Exp]; RoPE: angles in f64, see [Rope]
///
/// **Memory.** Matrices and embeddings are repacked at load into memory of this backend, 32 rows
/// interleaved: as many bytes as the file has (rows rounded up to 32), beside the file's pages, which
/// nobody needs any more. A tied embedding is held once. Activations lie on the heap (at most
/// `2^31 - 9` elements each), everything else outside it. Not counted: scratch of a worker (a few
/// hundred KiB) and up to 256 packed rows of the widest product.
///
/// **Tolerance.** For a sum of `k` terms the error stays below `2e-6 * sqrt(k)` times the root of the
/// sum of squared terms; [BackendCapabilities#tolerance] is the largest error relative to the largest
/// magnitude of an output row, for up to 16384 terms of similar size.
///
/// **Warm-up.** Until the JIT compiler has seen a kernel, vectors are objects and it is about a hundred
/// times slower: run a few steps of each kind (many tokens, one token) before serving.
public final class CpuKernelBackend implements KernelBackend {
  /// What an array of floats can hold on every JVM.
  private static final int MOST_FLOATS = Integer.MAX_VALUE - 8;

  private static final double TOLERANCE = 1e-4;
  private static final float[] NO_SINKS = {};

  private final MemoryLedger ledger;
  private final Arena scratchMemory = Arena.ofShared();
  private final WorkerPool pool;
  private final Checks checks = new Checks(this);
  private final WeightLoader loader;
  private final MatMul matMul;
  private final RowOperations rowOperations;
  private final Rope rope;
  private final KvWriter kvWriter;
  private final PagedAttention attention;
  private final BackendCapabilities capabilities;
  private final Set<CpuTensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<MemoryLedger.Block> blocks = new ArrayList<>();
  private boolean closed;

  CpuKernelBackend(int threads, Arithmetic arithmetic, long memoryBudget) {
    ledger = new MemoryLedger(memoryBudget);
    pool = new WorkerPool(threads, "jacquard-kernel");
    Scratch[] scratch = Scratch.forThreads(threads, scratchMemory);
    loader = new WeightLoader(ledger, pool, arithmetic);
    matMul = new MatMul(pool, arithmetic, scratch);
    rowOperations = new RowOperations(pool, arithmetic, scratch);
    rope = new Rope(pool);
    kvWriter = new KvWriter(pool);
    attention = new PagedAttention(pool, arithmetic, scratchMemory);
    Set<Operation> operations = EnumSet.allOf(Operation.class);
    operations.remove(Operation.SAMPLE);
    capabilities =
        new BackendCapabilities(
            "CPU, " + threads + " threads, " + arithmetic.description(),
            operations,
            Set.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0),
            Set.of(DType.F32, DType.F16, DType.BF16),
            true,
            true,
            TOLERANCE);
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the backend is closed");
    }
  }

  @Override
  public BackendCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public String orderOfSums() {
    return """
    Matrix product: one chain acc = fma(w[k], x[k], acc) from 0 for each output, k ascending, in f32.
    RMS norm: squares into 16 lanes, element i to lane i % 16, lanes added as a tree 8, 4, 2, 1; mean and root in f64.
    Attention: keys in tiles of 64 that begin at positions divisible by 64, online softmax tile by tile in order; \
    scores one chain over a head's elements, sums of a tile over 16 lanes as above, values one chain over the keys.
    The same on vectors and without them.\
    """;
  }

  @Override
  public DeviceMemory memory() {
    return ledger.snapshot();
  }

  @Override
  public long kvBytesPerBlock(KvCacheLayout layout) {
    long vectors =
        MemoryLedger.bytes(2L * layout.layers(), (long) layout.kvHeads() * layout.blockSize());
    return MemoryLedger.bytes(vectors, (long) layout.headDim() * KvType.of(layout.type()).bytes());
  }

  @Override
  public Tensor loadWeight(WeightSpec spec) {
    checkOpen();
    CpuTensor tensor = loader.load(this, spec);
    tensors.add(tensor);
    return tensor;
  }

  @Override
  public boolean keepsParts() {
    return false;
  }

  @Override
  public Tensor activation(int rows, int width) {
    checkOpen();
    if (rows <= 0 || width <= 0) {
      throw new IllegalArgumentException(
          "an activation of " + rows + " x " + width + " has no elements");
    }
    if ((long) rows * width > MOST_FLOATS) {
      throw ledger.beyondCounting(4L * rows * width, "an activation of " + rows + " x " + width);
    }
    float[] data = ledger.allocateFloats(rows * width, "an activation");
    CpuTensor.Activation made = new CpuTensor.Activation(this, rows, width, data);
    tensors.add(made);
    return made;
  }

  @Override
  public Tensor columns(Tensor base, int from, int width) {
    CpuTensor.Activation own = checks.activation(base, "base", 0);
    if (from < 0 || width <= 0 || from > own.width() - width) {
      throw new IllegalArgumentException(
          "columns [" + from + ", " + ((long) from + width) + ") are not in " + own);
    }
    return new CpuTensor.Activation(own, from, width);
  }

  @Override
  public void free(Tensor tensor) {
    CpuTensor own = checks.own(tensor, "tensor");
    if (!tensors.remove(own)) {
      throw new IllegalArgumentException("tensor: " + own + " is a view; free its base");
    }
    release(own);
  }

  private void release(CpuTensor tensor) {
    switch (tensor) {
      case CpuTensor.Matrix matrix -> matrix.free();
      case CpuTensor.Activation activation -> {
        activation.free();
        ledger.give(4L * activation.data.length);
      }
      case CpuTensor.Row row -> {
        row.free();
        ledger.give(4L * row.data.length);
      }
    }
  }

  @Override
  public MemorySegment allocateStaging(long bytes) {
    checkOpen();
    MemoryLedger.Block block = ledger.allocate(bytes, "staging");
    blocks.add(block);
    return block.memory().asSlice(0, bytes);
  }

  @Override
  public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
    checkOpen();
    long count = (long) deviceBlocks + hostBlocks;
    long bytes = MemoryLedger.bytes(kvBytesPerBlock(layout), count);
    String what = "a KV cache of " + count + " blocks";
    if (count > Integer.MAX_VALUE || bytes == Long.MAX_VALUE) {
      throw ledger.beyondCounting(bytes, what);
    }
    MemoryLedger.Block block = ledger.allocate(bytes, what);
    blocks.add(block);
    return new CpuKvCache(this, layout, KvType.of(layout.type()), (int) count, block);
  }

  @Override
  public void uploadRows(Tensor into, int firstRow, int rows, MemorySegment from) {
    CpuTensor.Activation to = checks.activation(into, "into", Math.addExact(firstRow, rows));
    checks.bytes(from, "from", 4L * rows * to.width());
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(
          from,
          JAVA_FLOAT_UNALIGNED,
          4L * r * to.width(),
          to.data,
          to.at(firstRow + r),
          to.width());
    }
  }

  @Override
  public void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into) {
    CpuTensor.Activation own = checks.activation(from, "from", Math.addExact(firstRow, rows));
    checks.bytes(into, "into", 4L * rows * own.width());
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(
          own.data,
          own.at(firstRow + r),
          into,
          JAVA_FLOAT_UNALIGNED,
          4L * r * own.width(),
          own.width());
    }
  }

  @Override
  public void exportBlock(KvCache kv, int block, MemorySegment into) {
    CpuKvCache cache = checks.kv(kv, 0);
    checks.block(cache, block);
    checks.bytes(into, "into", kvBytesPerBlock(cache.layout()));
    cache.exportBlock(block, into);
  }

  @Override
  public void importBlock(KvCache kv, int block, MemorySegment from) {
    CpuKvCache cache = checks.kv(kv, 0);
    checks.block(cache, block);
    checks.bytes(from, "from", kvBytesPerBlock(cache.layout()));
    cache.importBlock(block, from);
  }

  @Override
  public void embed(Tensor out, Tensor table, StepInputs in) {
    CpuTensor.Matrix from = checks.matrix(table, "table");
    CpuTensor.Activation to = checks.activation(out, "out", in.tokens(), from.width());
    checks.tokenIds(in, from.rows());
    for (int t = 0; t < in.tokens(); t++) {
      int id = in.tokenId(t);
      from.format.decodeRow(
          from.groupAt(id / WeightFormat.GROUP),
          from.width(),
          id % WeightFormat.GROUP,
          to.data,
          to.at(t));
    }
  }

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon, int rows) {
    CpuTensor.Activation from = checks.activation(x, "x", rows);
    CpuTensor.Activation to = checks.activation(out, "out", rows, from.width());
    rowOperations.rmsNorm(to, from, norm(weight, from), epsilon, rows);
  }

  @Override
  public void addRmsNorm(
      Tensor out, Tensor target, Tensor x, Tensor weight, float epsilon, int rows) {
    CpuTensor.Activation sum = checks.activation(target, "target", rows);
    CpuTensor.Activation to = checks.activation(out, "out", rows, sum.width());
    CpuTensor.Activation added = checks.activation(x, "x", rows, sum.width());
    rowOperations.addRmsNorm(to, sum, added, norm(weight, sum), epsilon, rows);
  }

  private CpuTensor.Row norm(Tensor weight, CpuTensor.Activation x) {
    CpuTensor.Row row = checks.row(weight, "weight");
    if (x.width() % row.width() != 0) {
      throw new IllegalArgumentException(
          "weight: rows of " + x.width() + " are not groups of " + row.width());
    }
    return row;
  }

  @Override
  public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
    CpuTensor.Matrix matrix = checks.matrix(weight, "weight");
    CpuTensor.Activation from = checks.activation(x, "x", rows, matrix.width());
    CpuTensor.Activation to = checks.activation(out, "out", rows, matrix.rows());
    if (from.overlaps(to)) {
      throw new IllegalArgumentException("out: a matrix product cannot overwrite its input");
    }
    if (rows > 0) {
      matMul.run(to, from, matrix, rows);
    }
  }

  @Override
  public void addBias(Tensor target, Tensor bias, int rows) {
    CpuTensor.Row row = checks.row(bias, "bias");
    rowOperations.addBias(checks.activation(target, "target", rows, row.width()), row, rows);
  }

  @Override
  public void rope(Tensor q, Tensor k, StepInputs in, RopeParams params) {
    CpuTensor.Activation queries = checks.activation(q, "q", in.tokens());
    CpuTensor.Activation keys = checks.activation(k, "k", in.tokens());
    if (queries.width() % params.headDim() != 0 || keys.width() % params.headDim() != 0) {
      throw new IllegalArgumentException(
          "q " + queries + " and k " + keys + " are not whole heads of " + params.headDim());
    }
    rope.run(queries, keys, in, params);
  }

  @Override
  public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
    CpuKvCache cache = checks.kv(kv, layer);
    int width = cache.layout().kvHeads() * cache.layout().headDim();
    CpuTensor.Activation keys = checks.activation(k, "k", in.tokens(), width);
    CpuTensor.Activation values = checks.activation(v, "v", in.tokens(), width);
    checks.slots(cache, in);
    kvWriter.run(cache, layer, keys, values, in);
  }

  @Override
  public void attention(
      Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
    CpuKvCache cache = checks.kv(kv, layer);
    KvCacheLayout layout = cache.layout();
    if (params.kvHeads() != layout.kvHeads()
        || params.headDim() != layout.headDim()
        || params.heads() % params.kvHeads() != 0) {
      throw new IllegalArgumentException(
          "attention of " + params + " does not fit a KV cache of " + layout);
    }
    int width = params.heads() * params.headDim();
    CpuTensor.Activation from = checks.activation(q, "q", in.tokens(), width);
    CpuTensor.Activation to = checks.activation(out, "out", in.tokens(), width);
    Tensor logits = params.sinks();
    float[] sinks = logits == null ? NO_SINKS : checks.row(logits, "sinks").data;
    if (logits != null && sinks.length != params.heads()) {
      throw new IllegalArgumentException(
          "sinks: " + sinks.length + " logits for " + params.heads() + " heads");
    }
    checks.blocks(cache, in);
    attention.run(to, from, cache, layer, in, params, sinks);
  }

  @Override
  public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {
    CpuTensor.Activation to = checks.activation(out, "out", rows);
    CpuTensor.Activation left = checks.activation(gate, "gate", rows, to.width());
    rowOperations.siluMultiply(to, left, checks.activation(up, "up", rows, to.width()), rows);
  }

  @Override
  public void add(Tensor target, Tensor x, int rows) {
    CpuTensor.Activation to = checks.activation(target, "target", rows);
    rowOperations.add(to, checks.activation(x, "x", rows, to.width()), rows);
  }

  @Override
  public void gatherRows(Tensor out, Tensor x, StepInputs in) {
    CpuTensor.Activation from = checks.activation(x, "x", in.tokens());
    CpuTensor.Activation to = checks.activation(out, "out", in.outputs(), from.width());
    checks.outputs(in);
    rowOperations.gather(to, from, in);
  }

  @Override
  public void copyBlocks(KvCache kv, BlockCopies copies) {
    CpuKvCache cache = checks.kv(kv, 0);
    for (int i = 0; i < copies.size(); i++) {
      checks.block(cache, copies.source(i));
      checks.block(cache, copies.target(i));
    }
    for (int i = 0; i < copies.size(); i++) {
      cache.copyBlock(copies.source(i), copies.target(i));
    }
  }

  @Override
  public void synchronize() {}

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    pool.close();
    scratchMemory.close();
    tensors.forEach(this::release);
    tensors.clear();
    blocks.forEach(MemoryLedger.Block::close);
    blocks.clear();
  }
}
