package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
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
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// A kernel backend that is obviously right: every operation is the loop its definition names, in f32, on
/// one thread, one number at a time, and has happened when its method returns. It shares nothing with the
/// [Oracle] it is judged by.
public class NaiveKernelBackend implements KernelBackend {
  /// What it claims to hold unless told otherwise.
  public static final long USUAL_BUDGET = 1L << 28;

  private static final Set<DType> KV_TYPES = Set.of(DType.F32, DType.F16, DType.BF16);

  private final long budget;
  private final NaiveKernelDoor door = new NaiveKernelDoor();
  private final Set<NaiveKernelTensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Arena> arenas = new ArrayList<>();
  private final NaiveKernelAttention attention = new NaiveKernelAttention();
  private long arenaBytes;
  private long used;

  /// A backend that may hold `budget` bytes.
  public NaiveKernelBackend(long budget) {
    this.budget = budget;
  }

  /// A backend of the usual size.
  public NaiveKernelBackend() {
    this(USUAL_BUDGET);
  }

  @Override
  public BackendCapabilities capabilities() {
    Set<Operation> operations = EnumSet.allOf(Operation.class);
    operations.remove(Operation.SAMPLE);
    return new BackendCapabilities(
        "naive, one thread", operations, NaiveKernelWeights.TYPES, KV_TYPES, true, true, 1e-4);
  }

  @Override
  public String orderOfSums() {
    return "Every sum is one chain in f32 from 0 in ascending order: products over k, squares over a group,"
        + " scores over the head's elements, weights and values over the visible positions.";
  }

  @Override
  public DeviceMemory memory() {
    return new DeviceMemory(budget, budget - used);
  }

  @Override
  public long kvBytesPerBlock(KvCacheLayout layout) {
    return 2L
        * layout.layers()
        * layout.kvHeads()
        * layout.headDim()
        * layout.blockSize()
        * layout.type().blockBytes();
  }

  private void take(double bytes, String what) {
    if (bytes > budget - used) {
      throw new BackendException(
          StandardErrorCode.OUT_OF_MEMORY,
          BackendException.Severity.STEP_FAILED,
          what + " takes " + (long) bytes + " bytes, " + (budget - used) + " are free",
          null);
    }
    used += (long) bytes;
  }

  @Override
  public Tensor loadWeight(WeightSpec spec) {
    door.requireOpen();
    boolean row = spec.role() == WeightRole.NORM || spec.role() == WeightRole.BIAS;
    if (!(row ? KV_TYPES : NaiveKernelWeights.TYPES).contains(spec.type())) {
      throw NaiveKernelDoor.unsupported(spec.name() + ": a weight of type " + spec.type());
    }
    take(4.0 * spec.rows() * spec.width(), spec.name());
    return kept(
        new NaiveKernelTensor(
            door, true, spec.rows(), spec.width(), NaiveKernelWeights.decode(spec)));
  }

  private NaiveKernelTensor kept(NaiveKernelTensor tensor) {
    tensors.add(tensor);
    return tensor;
  }

  @Override
  public boolean keepsParts() {
    return false;
  }

  @Override
  public Tensor activation(int rows, int width) {
    door.requireOpen();
    if (rows <= 0 || width <= 0) {
      throw new IllegalArgumentException("an activation of " + rows + " x " + width);
    }
    take(4.0 * rows * width, "an activation of " + rows + " x " + width);
    return kept(new NaiveKernelTensor(door, false, rows, width, new float[rows * width]));
  }

  @Override
  public Tensor columns(Tensor base, int from, int width) {
    NaiveKernelTensor own = door.activation(base, "base", 0);
    if (from < 0 || width <= 0 || (long) from + width > own.width()) {
      throw new IllegalArgumentException(width + " columns from " + from + " are not in " + own);
    }
    return new NaiveKernelTensor(own, from, width);
  }

  @Override
  public void free(Tensor tensor) {
    NaiveKernelTensor own = door.own(tensor, "tensor");
    if (own.view()) {
      throw new IllegalArgumentException("a view is not freed; its base is");
    }
    own.free();
    tensors.remove(own);
    used -= own.bytes();
  }

  @SuppressWarnings("MustBeClosedChecker") // closed with the backend
  private MemorySegment zeroed(double bytes, String what) {
    door.requireOpen();
    take(bytes, what);
    Arena arena = Arena.ofShared();
    arenas.add(arena);
    arenaBytes += (long) bytes;
    return arena.allocate((long) bytes, 64);
  }

  @Override
  public MemorySegment allocateStaging(long bytes) {
    return zeroed((double) bytes, "staging");
  }

  @Override
  public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
    if (!KV_TYPES.contains(layout.type())) {
      throw NaiveKernelDoor.unsupported("KV of type " + layout.type());
    }
    double blocks = (double) deviceBlocks + hostBlocks;
    MemorySegment memory =
        zeroed(kvBytesPerBlock(layout) * blocks, (long) blocks + " blocks of KV");
    return new NaiveKernelKv(door, layout, (int) blocks, memory);
  }

  @Override
  public void uploadRows(Tensor into, int firstRow, int rows, MemorySegment from) {
    NaiveKernelTensor to = door.rowsOf(into, "into", firstRow, rows);
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < to.width(); i++) {
        long at = 4 * ((long) r * to.width() + i);
        to.set(firstRow + r, i, from.get(JAVA_FLOAT_UNALIGNED, at));
      }
    }
  }

  @Override
  public void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into) {
    NaiveKernelTensor own = door.rowsOf(from, "from", firstRow, rows);
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < own.width(); i++) {
        long at = 4 * ((long) r * own.width() + i);
        into.set(JAVA_FLOAT_UNALIGNED, at, own.get(firstRow + r, i));
      }
    }
  }

  @Override
  public void exportBlock(KvCache kv, int block, MemorySegment into) {
    NaiveKernelKv own = door.block(door.kv(kv, 0), block);
    MemorySegment.copy(own.block(block), 0, into, 0, own.blockBytes());
  }

  @Override
  public void importBlock(KvCache kv, int block, MemorySegment from) {
    NaiveKernelKv own = door.block(door.kv(kv, 0), block);
    MemorySegment.copy(from, 0, own.block(block), 0, own.blockBytes());
  }

  @Override
  public void embed(Tensor out, Tensor table, StepInputs in) {
    NaiveKernelTensor from = door.weight(table, "table");
    NaiveKernelTensor to = door.activation(out, "out", in.tokens(), from.width());
    for (int t = 0; t < in.tokens(); t++) {
      for (int i = 0; i < to.width(); i++) {
        to.set(t, i, from.get(in.tokenId(t), i));
      }
    }
  }

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon, int rows) {
    NaiveKernelTensor factors = door.row(weight, "weight");
    NaiveKernelTensor from = door.activation(x, "x", rows);
    NaiveKernelTensor to = door.activation(out, "out", rows, from.width());
    int group = factors.width();
    if (from.width() % group != 0) {
      throw new IllegalArgumentException("weight: " + from + " is no whole groups of " + group);
    }
    for (int r = 0; r < rows; r++) {
      for (int start = 0; start < from.width(); start += group) {
        float squares = 0;
        for (int i = 0; i < group; i++) {
          squares += from.get(r, start + i) * from.get(r, start + i);
        }
        float root = (float) (1 / Math.sqrt((double) squares / group + epsilon));
        for (int i = 0; i < group; i++) {
          to.set(r, start + i, from.get(r, start + i) * root * factors.get(0, i));
        }
      }
    }
  }

  @Override
  public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
    NaiveKernelTensor matrix = door.weight(weight, "weight");
    NaiveKernelTensor from = door.activation(x, "x", rows, matrix.width());
    NaiveKernelTensor to = door.activation(out, "out", rows, matrix.rows());
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < matrix.rows(); o++) {
        float sum = 0;
        for (int k = 0; k < matrix.width(); k++) {
          sum += from.get(r, k) * matrix.get(o, k);
        }
        to.set(r, o, sum);
      }
    }
  }

  @Override
  public void addBias(Tensor target, Tensor bias, int rows) {
    NaiveKernelTensor row = door.row(bias, "bias");
    NaiveKernelTensor to = door.activation(target, "target", rows, row.width());
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < to.width(); i++) {
        to.set(r, i, to.get(r, i) + row.get(0, i));
      }
    }
  }

  @Override
  public void rope(Tensor q, Tensor k, StepInputs in, RopeParams params) {
    NaiveKernelTensor queries = door.heads(q, "q", in.tokens(), params.headDim());
    NaiveKernelTensor keys = door.heads(k, "k", in.tokens(), params.headDim());
    NaiveKernelRope.rotate(queries, in, params);
    NaiveKernelRope.rotate(keys, in, params);
  }

  @Override
  public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
    NaiveKernelKv cache = door.kv(kv, layer);
    int width = cache.layout().kvHeads() * cache.layout().headDim();
    NaiveKernelTensor keys = door.activation(k, "k", in.tokens(), width);
    NaiveKernelTensor values = door.activation(v, "v", in.tokens(), width);
    for (int t = 0; t < in.tokens(); t++) {
      if (in.slot(t) >= 0) {
        for (int i = 0; i < width; i++) {
          cache.setKey(layer, in.slot(t), i, keys.get(t, i));
          cache.setValue(layer, in.slot(t), i, values.get(t, i));
        }
      }
    }
  }

  @Override
  public void attention(
      Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
    NaiveKernelKv cache = door.kv(kv, layer);
    NaiveKernelDoor.fits(params, cache.layout());
    int width = params.heads() * params.headDim();
    NaiveKernelTensor from = door.activation(q, "q", in.tokens(), width);
    NaiveKernelTensor to = door.activation(out, "out", in.tokens(), width);
    Tensor logits = params.sinks();
    NaiveKernelTensor sinks = logits == null ? null : door.row(logits, "sinks");
    if (sinks != null && sinks.width() != params.heads()) {
      throw new IllegalArgumentException("sinks: " + sinks + " for " + params.heads() + " heads");
    }
    attention.run(to, from, cache, layer, in, params, sinks);
  }

  @Override
  public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {
    NaiveKernelTensor to = door.activation(out, "out", rows);
    NaiveKernelTensor gates = door.activation(gate, "gate", rows, to.width());
    NaiveKernelTensor ups = door.activation(up, "up", rows, to.width());
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < to.width(); i++) {
        float g = gates.get(r, i);
        to.set(r, i, (float) (g / (1 + StrictMath.exp(-g))) * ups.get(r, i));
      }
    }
  }

  @Override
  public void add(Tensor target, Tensor x, int rows) {
    NaiveKernelTensor to = door.activation(target, "target", rows);
    NaiveKernelTensor from = door.activation(x, "x", rows, to.width());
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < to.width(); i++) {
        to.set(r, i, to.get(r, i) + from.get(r, i));
      }
    }
  }

  @Override
  public void gatherRows(Tensor out, Tensor x, StepInputs in) {
    NaiveKernelTensor from = door.activation(x, "x", in.tokens());
    NaiveKernelTensor to = door.activation(out, "out", in.outputs(), from.width());
    for (int o = 0; o < in.outputs(); o++) {
      for (int i = 0; i < to.width(); i++) {
        to.set(o, i, from.get(in.outputToken(o), i));
      }
    }
  }

  @Override
  public void addRmsNorm(
      Tensor out, Tensor target, Tensor x, Tensor weight, float epsilon, int rows) {
    NaiveKernelTensor sum = door.activation(target, "target", rows);
    door.activation(out, "out", rows, sum.width());
    if (sum.width() % door.row(weight, "weight").width() != 0) {
      throw new IllegalArgumentException("weight: does not divide " + sum);
    }
    add(target, x, rows);
    rmsNorm(out, target, weight, epsilon, rows);
  }

  @Override
  public void ropeWriteKv(
      Tensor q, Tensor k, Tensor v, KvCache kv, int layer, StepInputs in, RopeParams params) {
    KvCacheLayout layout = door.kv(kv, layer).layout();
    door.heads(q, "q", in.tokens(), params.headDim());
    door.activation(k, "k", in.tokens(), layout.kvHeads() * layout.headDim());
    door.activation(v, "v", in.tokens(), layout.kvHeads() * layout.headDim());
    rope(q, k, in, params);
    writeKv(kv, layer, k, v, in);
  }

  @Override
  public void copyBlocks(KvCache kv, BlockCopies copies) {
    NaiveKernelKv cache = door.kv(kv, 0);
    for (int i = 0; i < copies.size(); i++) {
      door.block(door.block(cache, copies.source(i)), copies.target(i));
    }
    for (int i = 0; i < copies.size(); i++) {
      MemorySegment from = cache.block(copies.source(i));
      MemorySegment.copy(from, 0, cache.block(copies.target(i)), 0, cache.blockBytes());
    }
  }

  @Override
  public void synchronize() {
    door.requireOpen();
  }

  @Override
  public void close() {
    if (door.close()) {
      tensors.forEach(NaiveKernelTensor::free);
      tensors.forEach(tensor -> used -= tensor.bytes());
      tensors.clear();
      arenas.forEach(Arena::close);
      used -= arenaBytes;
    }
  }
}
