package dev.jacquard.conformance.forwarding;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.BackendCapabilities;
import dev.jacquard.spi.kernel.DeviceMemory;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.SamplingColumns;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Hands every call on. Subclasses change what they are about.
public class ForwardingKernelBackend implements KernelBackend {
  /// Who answers.
  protected final KernelBackend delegate;

  /// A wrapper of `delegate`, which it closes when it is closed.
  public ForwardingKernelBackend(KernelBackend delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  @Override
  public BackendCapabilities capabilities() {
    return delegate.capabilities();
  }

  @Override
  public String orderOfSums() {
    return delegate.orderOfSums();
  }

  @Override
  public DeviceMemory memory() {
    return delegate.memory();
  }

  @Override
  public long kvBytesPerBlock(KvCacheLayout layout) {
    return delegate.kvBytesPerBlock(layout);
  }

  @Override
  public Tensor loadWeight(WeightSpec spec) {
    return delegate.loadWeight(spec);
  }

  @Override
  public boolean keepsParts() {
    return delegate.keepsParts();
  }

  @Override
  public Tensor activation(int rows, int width) {
    return delegate.activation(rows, width);
  }

  @Override
  public Tensor columns(Tensor base, int from, int width) {
    return delegate.columns(base, from, width);
  }

  @Override
  public void free(Tensor tensor) {
    delegate.free(tensor);
  }

  @Override
  public MemorySegment allocateStaging(long bytes) {
    return delegate.allocateStaging(bytes);
  }

  @Override
  public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
    return delegate.allocateKvCache(layout, deviceBlocks, hostBlocks);
  }

  @Override
  public void uploadRows(Tensor into, int firstRow, int rows, MemorySegment from) {
    delegate.uploadRows(into, firstRow, rows, from);
  }

  @Override
  public void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into) {
    delegate.downloadRows(from, firstRow, rows, into);
  }

  @Override
  public void exportBlock(KvCache kv, int block, MemorySegment into) {
    delegate.exportBlock(kv, block, into);
  }

  @Override
  public void importBlock(KvCache kv, int block, MemorySegment from) {
    delegate.importBlock(kv, block, from);
  }

  @Override
  public boolean begin(StepInputs in) {
    return delegate.begin(in);
  }

  @Override
  public void end(StepInputs in) {
    delegate.end(in);
  }

  @Override
  public void embed(Tensor out, Tensor table, StepInputs in) {
    delegate.embed(out, table, in);
  }

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon, int rows) {
    delegate.rmsNorm(out, x, weight, epsilon, rows);
  }

  @Override
  public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
    delegate.matmul(out, x, weight, rows);
  }

  @Override
  public void addBias(Tensor target, Tensor bias, int rows) {
    delegate.addBias(target, bias, rows);
  }

  @Override
  public void rope(Tensor q, Tensor k, StepInputs in, RopeParams params) {
    delegate.rope(q, k, in, params);
  }

  @Override
  public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
    delegate.writeKv(kv, layer, k, v, in);
  }

  @Override
  public void attention(
      Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
    delegate.attention(out, q, kv, layer, in, params);
  }

  @Override
  public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {
    delegate.siluMultiply(out, gate, up, rows);
  }

  @Override
  public void add(Tensor target, Tensor x, int rows) {
    delegate.add(target, x, rows);
  }

  @Override
  public void gatherRows(Tensor out, Tensor x, StepInputs in) {
    delegate.gatherRows(out, x, in);
  }

  @Override
  public void addRmsNorm(
      Tensor out, Tensor target, Tensor x, Tensor weight, float epsilon, int rows) {
    delegate.addRmsNorm(out, target, x, weight, epsilon, rows);
  }

  @Override
  public void ropeWriteKv(
      Tensor q, Tensor k, Tensor v, KvCache kv, int layer, StepInputs in, RopeParams params) {
    delegate.ropeWriteKv(q, k, v, kv, layer, in, params);
  }

  @Override
  public void copyBlocks(KvCache kv, BlockCopies copies) {
    delegate.copyBlocks(kv, copies);
  }

  @Override
  public void sample(MemorySegment into, Tensor logits, SamplingColumns params, int rows) {
    delegate.sample(into, logits, params, rows);
  }

  @Override
  public void synchronize() {
    delegate.synchronize();
  }

  @Override
  public void close() {
    delegate.close();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + " of " + delegate;
  }
}
