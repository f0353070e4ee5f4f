package dev.jacquard.conformance.cranky;

import dev.jacquard.conformance.forwarding.ForwardingKernelBackend;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.BackendException.Severity;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.SamplingColumns;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import java.lang.foreign.MemorySegment;

/// A kernel backend whose hot calls fail at random with STEP_FAILED, as KRN-12 allows: before anything was done, or
/// after the operation, or after the wait. Told to, it is lost at its k-th hot call, and refuses all but `close` then.
///
/// Only what a step or its end calls fails; loading, allocating and exporting do not.
public final class CrankyKernelBackend extends ForwardingKernelBackend {
  private final Mood mood;
  private final long lostAt;
  private long calls;
  private boolean lost;

  /// Steps fail when the mood says so.
  public CrankyKernelBackend(KernelBackend to, Mood mood) {
    this(to, mood, Long.MAX_VALUE);
  }

  /// The `lostAt`-th hot call, from 1, loses the backend.
  public CrankyKernelBackend(KernelBackend to, Mood mood, long lostAt) {
    super(to);
    this.mood = mood;
    this.lostAt = lostAt;
  }

  private BackendException failure(String call, Severity severity) {
    return new BackendException(StandardErrorCode.BACKEND_FAILED, severity, mood.says(call), null);
  }

  private void perhaps(String call, Runnable body) {
    perhaps(call, mood.pick(2) == 0, body);
  }

  private void perhaps(String call, boolean afterwards, Runnable body) {
    if (lost || ++calls == lostAt) {
      lost = true;
      throw failure(call, Severity.BACKEND_LOST);
    }
    boolean strikes = mood.strikes();
    if (strikes && !afterwards) {
      throw failure(call, Severity.STEP_FAILED);
    }
    body.run();
    if (strikes) {
      throw failure(call, Severity.STEP_FAILED);
    }
  }

  @Override
  public void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into) {
    perhaps("downloadRows", () -> super.downloadRows(from, firstRow, rows, into));
  }

  @Override
  public boolean begin(StepInputs in) {
    boolean[] replayed = new boolean[1];
    // a step that began and failed would be open for ever
    perhaps("begin", false, () -> replayed[0] = super.begin(in));
    return replayed[0];
  }

  @Override
  public void end(StepInputs in) {
    perhaps("end", true, () -> super.end(in));
  }

  @Override
  public void embed(Tensor out, Tensor table, StepInputs in) {
    perhaps("embed", () -> super.embed(out, table, in));
  }

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon, int rows) {
    perhaps("rmsNorm", () -> super.rmsNorm(out, x, weight, epsilon, rows));
  }

  @Override
  public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
    perhaps("matmul", () -> super.matmul(out, x, weight, rows));
  }

  @Override
  public void addBias(Tensor target, Tensor bias, int rows) {
    perhaps("addBias", () -> super.addBias(target, bias, rows));
  }

  @Override
  public void rope(Tensor q, Tensor k, StepInputs in, RopeParams params) {
    perhaps("rope", () -> super.rope(q, k, in, params));
  }

  @Override
  public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
    perhaps("writeKv", () -> super.writeKv(kv, layer, k, v, in));
  }

  @Override
  public void attention(
      Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
    perhaps("attention", () -> super.attention(out, q, kv, layer, in, params));
  }

  @Override
  public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {
    perhaps("siluMultiply", () -> super.siluMultiply(out, gate, up, rows));
  }

  @Override
  public void add(Tensor target, Tensor x, int rows) {
    perhaps("add", () -> super.add(target, x, rows));
  }

  @Override
  public void gatherRows(Tensor out, Tensor x, StepInputs in) {
    perhaps("gatherRows", () -> super.gatherRows(out, x, in));
  }

  @Override
  public void addRmsNorm(
      Tensor out, Tensor target, Tensor x, Tensor weight, float epsilon, int rows) {
    perhaps("addRmsNorm", () -> super.addRmsNorm(out, target, x, weight, epsilon, rows));
  }

  @Override
  public void ropeWriteKv(
      Tensor q, Tensor k, Tensor v, KvCache kv, int layer, StepInputs in, RopeParams params) {
    perhaps("ropeWriteKv", () -> super.ropeWriteKv(q, k, v, kv, layer, in, params));
  }

  @Override
  public void copyBlocks(KvCache kv, BlockCopies copies) {
    // what was executed is not repeated: a block may be the target of one copy and the source of
    // another
    perhaps("copyBlocks", false, () -> super.copyBlocks(kv, copies));
  }

  @Override
  public void sample(MemorySegment into, Tensor logits, SamplingColumns params, int rows) {
    perhaps("sample", () -> super.sample(into, logits, params, rows));
  }

  @Override
  public void synchronize() {
    perhaps("synchronize", () -> super.synchronize());
  }

  /// Never fails: it must work after a loss.
  @Override
  public void close() {
    super.close();
  }

  @Override
  public String toString() {
    return "cranky " + delegate + ", " + mood + (lost ? ", lost" : "");
  }
}
