package dev.jacquard.conformance.host;

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
import java.util.EnumSet;

/// A backend that takes all calls and computes nothing: all logits are 0. For asking how a host calls one.
class IdleBackend implements KernelBackend {
  private record Matrix(int rows, int width) implements Tensor {}

  private record Blocks(KvCacheLayout layout, int blocks) implements KvCache {}

  private static final long PLENTY = 1L << 32;

  private final Arena arena = Arena.ofShared();
  private boolean closed;

  @Override
  public BackendCapabilities capabilities() {
    EnumSet<Operation> operations = EnumSet.allOf(Operation.class);
    operations.remove(Operation.SAMPLE);
    return new BackendCapabilities(
        "nothing",
        operations,
        EnumSet.allOf(DType.class),
        EnumSet.of(DType.F16, DType.F32),
        true,
        true,
        1e-5);
  }

  @Override
  public DeviceMemory memory() {
    return new DeviceMemory(PLENTY, PLENTY);
  }

  @Override
  public long kvBytesPerBlock(KvCacheLayout layout) {
    return 2L
        * layout.layers()
        * layout.blockSize()
        * layout.type().rowBytes(Math.multiplyExact(layout.kvHeads(), layout.headDim()));
  }

  @Override
  public Tensor loadWeight(WeightSpec spec) {
    return new Matrix(spec.rows(), spec.width());
  }

  @Override
  public Tensor activation(int rows, int width) {
    return new Matrix(rows, width);
  }

  @Override
  public Tensor columns(Tensor base, int from, int width) {
    return new Matrix(base.rows(), width);
  }

  @Override
  public void free(Tensor tensor) {}

  @Override
  public MemorySegment allocateStaging(long bytes) {
    return arena.allocate(Math.max(bytes, 1), 64);
  }

  @Override
  public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
    return new Blocks(layout, deviceBlocks + hostBlocks);
  }

  @Override
  public void uploadRows(Tensor into, int firstRow, int rows, MemorySegment from) {}

  @Override
  public void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into) {
    into.asSlice(0, 4L * rows * from.width()).fill((byte) 0);
  }

  @Override
  public void exportBlock(KvCache kv, int block, MemorySegment into) {}

  @Override
  public void importBlock(KvCache kv, int block, MemorySegment from) {}

  @Override
  public void embed(Tensor out, Tensor table, StepInputs in) {}

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon, int rows) {}

  @Override
  public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {}

  @Override
  public void addBias(Tensor target, Tensor bias, int rows) {}

  @Override
  public void rope(Tensor q, Tensor k, StepInputs in, RopeParams params) {}

  @Override
  public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {}

  @Override
  public void attention(
      Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {}

  @Override
  public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {}

  @Override
  public void add(Tensor target, Tensor x, int rows) {}

  @Override
  public void gatherRows(Tensor out, Tensor x, StepInputs in) {}

  @Override
  public void copyBlocks(KvCache kv, BlockCopies copies) {}

  @Override
  public void synchronize() {}

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      arena.close();
    }
  }
}
