package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.BackendCapabilities;
import dev.jacquard.spi.kernel.DeviceMemory;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.SamplingColumns;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A kernel backend in front of another one that checks both sides of each call: tensors are this backend's and live
/// and their shapes fit (KRN-3), steps begin and end in turn (KRN-17), nobody rewrites inputs that may still be read
/// (KRN-18), a lost backend is left alone (KRN-12), and what is made is what was asked for.
///
/// With an [AssertingBlockSpaceManager] of the same [StepProtocol] it checks that each copy comes before the step that
/// relies on it (BSM-12). Closes the backend twice on purpose (PLG-7).
public final class AssertingKernelBackend implements KernelBackend {
  private final KernelBackend to;
  private final StepProtocol protocol;
  private final TensorLedger tensors;
  private final StepLedger steps;
  private @Nullable BackendException loss;
  private boolean closed;

  /// A watched `to`, alone.
  public AssertingKernelBackend(KernelBackend to) {
    this(to, new StepProtocol());
  }

  /// A watched `to` beside the other parts of an engine.
  public AssertingKernelBackend(KernelBackend to, StepProtocol protocol) {
    this.to = Objects.requireNonNull(to, "to is null");
    this.protocol = protocol;
    tensors = new TensorLedger(protocol);
    steps = new StepLedger(protocol);
    protocol.executes();
  }

  private AssertionError broken(Rule rule, String complaint) {
    return protocol.broken(rule, complaint);
  }

  private void usable(String call) {
    if (closed) {
      throw broken(Rule.PLG_7, call + " was called after close");
    }
    if (loss != null) {
      throw broken(Rule.KRN_12, call + " was called after the backend was lost: " + loss);
    }
  }

  private void cold(String call) {
    protocol.onEngineOrStartingThread(call);
    usable(call);
  }

  private void hot(String call) {
    protocol.onEngineThread(call);
    usable(call);
  }

  private <T> T passOn(String call, Supplier<T> body) {
    try {
      return body.get();
    } catch (BackendException e) {
      steps.failed();
      if (e.severity() == BackendException.Severity.BACKEND_LOST) {
        loss = e;
      }
      throw e;
    } catch (EngineException | IllegalArgumentException e) {
      steps.failed();
      throw e;
    } catch (RuntimeException e) {
      steps.failed();
      throw protocol.broken(
          Rule.KRN_12, call + " threw " + e + ", which does not say how much is lost", e);
    }
  }

  private void enqueue(String call, Runnable body) {
    passOn(
        call,
        () -> {
          body.run();
          return true;
        });
  }

  private void operation(String call) {
    hot(call);
    steps.operation(call);
  }

  private void operation(String call, StepInputs in) {
    hot(call);
    steps.reads(call, in);
  }

  private Tensor read(String call, String role, Tensor tensor) {
    return tensors.use(call, role, tensor);
  }

  private Tensor write(String call, String role, Tensor tensor) {
    return tensors.write(call, role, tensor);
  }

  @Override
  public BackendCapabilities capabilities() {
    return to.capabilities();
  }

  @Override
  public String orderOfSums() {
    return to.orderOfSums();
  }

  @Override
  public DeviceMemory memory() {
    protocol.onEngineOrStartingThread("memory");
    return to.memory();
  }

  @Override
  public long kvBytesPerBlock(KvCacheLayout layout) {
    long bytes = to.kvBytesPerBlock(layout);
    if (bytes < 1) {
      throw broken(Rule.KRN_14, "kvBytesPerBlock answered " + bytes);
    }
    return bytes;
  }

  @Override
  public Tensor loadWeight(WeightSpec spec) {
    cold("loadWeight");
    Tensor made = passOn("loadWeight", () -> to.loadWeight(spec));
    return tensors.made("loadWeight", made, spec.rows(), spec.width(), true);
  }

  @Override
  public boolean keepsParts() {
    return to.keepsParts();
  }

  @Override
  public Tensor activation(int rows, int width) {
    cold("activation");
    Tensor made = passOn("activation", () -> to.activation(rows, width));
    return tensors.made("activation", made, rows, width, false);
  }

  @Override
  public Tensor columns(Tensor base, int from, int width) {
    cold("columns");
    write("columns", "base", base);
    tensors.fits("columns", from >= 0 && width > 0 && from + width <= base.width(), base);
    return tensors.view(passOn("columns", () -> to.columns(base, from, width)), base, width);
  }

  @Override
  public void free(Tensor tensor) {
    cold("free");
    tensors.free(tensor);
    enqueue("free", () -> to.free(tensor));
  }

  @Override
  public MemorySegment allocateStaging(long bytes) {
    cold("allocateStaging");
    return tensors.staging(passOn("allocateStaging", () -> to.allocateStaging(bytes)), bytes);
  }

  @Override
  public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
    cold("allocateKvCache");
    KvCache made =
        passOn("allocateKvCache", () -> to.allocateKvCache(layout, deviceBlocks, hostBlocks));
    if (made.blocks() != deviceBlocks + hostBlocks || !made.layout().equals(layout)) {
      throw broken(
          Rule.KRN_6,
          "allocateKvCache made %d blocks of %s instead of %d of %s"
              .formatted(made.blocks(), made.layout(), deviceBlocks + hostBlocks, layout));
    }
    return tensors.cache(made);
  }

  private void moved(String call, Tensor tensor, int first, int rows, MemorySegment memory) {
    boolean fits =
        first >= 0
            && rows >= 0
            && first + rows <= tensor.rows()
            && memory.byteSize() >= 4L * rows * tensor.width();
    tensors.fits(call, fits, tensor);
  }

  @Override
  public void uploadRows(Tensor into, int firstRow, int rows, MemorySegment from) {
    hot("uploadRows");
    moved("uploadRows", write("uploadRows", "into", into), firstRow, rows, from);
    enqueue("uploadRows", () -> to.uploadRows(into, firstRow, rows, from));
  }

  @Override
  public void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into) {
    hot("downloadRows");
    moved("downloadRows", read("downloadRows", "from", from), firstRow, rows, into);
    await("downloadRows", () -> to.downloadRows(from, firstRow, rows, into));
  }

  /// Only a call that returned has waited.
  private void await(String call, Runnable body) {
    steps.waits(call);
    enqueue(call, body);
    steps.waited();
  }

  @Override
  public void exportBlock(KvCache kv, int block, MemorySegment into) {
    hot("exportBlock");
    tensors.use("exportBlock", kv, 0);
    tensors.block("exportBlock", kv, block);
    await("exportBlock", () -> to.exportBlock(kv, block, into));
  }

  @Override
  public void importBlock(KvCache kv, int block, MemorySegment from) {
    hot("importBlock");
    tensors.use("importBlock", kv, 0);
    tensors.block("importBlock", kv, block);
    enqueue("importBlock", () -> to.importBlock(kv, block, from));
  }

  @Override
  public boolean begin(StepInputs in) {
    hot("begin");
    if (!tensors.staged(in.tokenIds()) || !tensors.staged(in.blockTables())) {
      throw broken(Rule.KRN_5, "begin got inputs that do not lie in staging of this backend");
    }
    protocol.steps();
    steps.begin(in);
    boolean replayed = passOn("begin", () -> to.begin(in));
    if (replayed) {
      steps.replayed();
    }
    return replayed;
  }

  @Override
  public void end(StepInputs in) {
    hot("end");
    steps.end(in);
    enqueue("end", () -> to.end(in));
  }

  @Override
  public void embed(Tensor out, Tensor table, StepInputs in) {
    operation("embed", in);
    write("embed", "out", out);
    read("embed", "table", table);
    tensors.rows("embed", in.tokens(), out);
    tensors.fits("embed", out.width() == table.width(), out, table);
    boolean samples = to.capabilities().operations().contains(Operation.SAMPLE);
    for (int token = 0; token < in.tokens(); token++) {
      int id = in.tokenId(token);
      if (id >= table.rows() || (id < 0 && !samples)) {
        throw broken(
            Rule.KRN_18, "token %d has id %d; the table has %d".formatted(token, id, table.rows()));
      }
    }
    enqueue("embed", () -> to.embed(out, table, in));
  }

  private void norm(String call, Tensor out, Tensor x, Tensor weight, int rows) {
    write(call, "out", out);
    read(call, "x", x);
    read(call, "weight", weight);
    tensors.rows(call, rows, out, x);
    boolean fits = out.width() == x.width() && x.width() % weight.width() == 0;
    tensors.fits(call, fits, out, x, weight);
  }

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon, int rows) {
    operation("rmsNorm");
    norm("rmsNorm", out, x, weight, rows);
    enqueue("rmsNorm", () -> to.rmsNorm(out, x, weight, epsilon, rows));
  }

  @Override
  public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
    operation("matmul");
    write("matmul", "out", out);
    read("matmul", "x", x);
    read("matmul", "weight", weight);
    tensors.rows("matmul", rows, out, x);
    boolean fits = x.width() == weight.width() && out.width() == weight.rows();
    tensors.fits("matmul", fits, out, x, weight);
    enqueue("matmul", () -> to.matmul(out, x, weight, rows));
  }

  @Override
  public void addBias(Tensor target, Tensor bias, int rows) {
    operation("addBias");
    write("addBias", "target", target);
    read("addBias", "bias", bias);
    tensors.rows("addBias", rows, target);
    tensors.fits("addBias", bias.width() == target.width(), target, bias);
    enqueue("addBias", () -> to.addBias(target, bias, rows));
  }

  @Override
  public void rope(Tensor q, Tensor k, StepInputs in, RopeParams params) {
    operation("rope", in);
    rotated("rope", q, k, in, params);
    enqueue("rope", () -> to.rope(q, k, in, params));
  }

  private void rotated(String call, Tensor q, Tensor k, StepInputs in, RopeParams params) {
    write(call, "q", q);
    write(call, "k", k);
    tensors.rows(call, in.tokens(), q, k);
    boolean fits = q.width() % params.headDim() == 0 && k.width() % params.headDim() == 0;
    tensors.fits(call, fits, q, k);
  }

  @Override
  public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
    operation("writeKv", in);
    stored("writeKv", kv, layer, k, v, in);
    enqueue("writeKv", () -> to.writeKv(kv, layer, k, v, in));
  }

  private void stored(String call, KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
    tensors.use(call, kv, layer);
    read(call, "k", k);
    read(call, "v", v);
    tensors.rows(call, in.tokens(), k, v);
    KvCacheLayout layout = kv.layout();
    int width = layout.kvHeads() * layout.headDim();
    tensors.fits(call, k.width() == width && v.width() == width, k, v);
    for (int token = 0; token < in.tokens(); token++) {
      if (in.slot(token) < -1 || in.slot(token) >= (long) kv.blocks() * layout.blockSize()) {
        throw broken(
            Rule.KRN_6,
            call + " got slot " + in.slot(token) + " in a cache of " + kv.blocks() + " blocks");
      }
    }
  }

  @Override
  public void attention(
      Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
    operation("attention", in);
    tensors.use("attention", kv, layer);
    write("attention", "out", out);
    read("attention", "q", q);
    tensors.rows("attention", in.tokens(), out, q);
    int width = params.heads() * params.headDim();
    tensors.fits("attention", out.width() == width && q.width() == width, out, q);
    enqueue("attention", () -> to.attention(out, q, kv, layer, in, params));
  }

  @Override
  public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {
    operation("siluMultiply");
    write("siluMultiply", "out", out);
    read("siluMultiply", "gate", gate);
    read("siluMultiply", "up", up);
    tensors.rows("siluMultiply", rows, out, gate, up);
    boolean fits = out.width() == gate.width() && gate.width() == up.width();
    tensors.fits("siluMultiply", fits, out, gate, up);
    enqueue("siluMultiply", () -> to.siluMultiply(out, gate, up, rows));
  }

  @Override
  public void add(Tensor target, Tensor x, int rows) {
    operation("add");
    added("add", target, x, rows);
    enqueue("add", () -> to.add(target, x, rows));
  }

  private void added(String call, Tensor target, Tensor x, int rows) {
    write(call, "target", target);
    read(call, "x", x);
    tensors.rows(call, rows, target, x);
    tensors.fits(call, target.width() == x.width(), target, x);
  }

  @Override
  public void gatherRows(Tensor out, Tensor x, StepInputs in) {
    operation("gatherRows", in);
    write("gatherRows", "out", out);
    read("gatherRows", "x", x);
    tensors.rows("gatherRows", in.outputs(), out);
    tensors.rows("gatherRows", in.tokens(), x);
    tensors.fits("gatherRows", out.width() == x.width(), out, x);
    enqueue("gatherRows", () -> to.gatherRows(out, x, in));
  }

  @Override
  public void addRmsNorm(
      Tensor out, Tensor target, Tensor x, Tensor weight, float epsilon, int rows) {
    operation("addRmsNorm");
    added("addRmsNorm", target, x, rows);
    norm("addRmsNorm", out, target, weight, rows);
    enqueue("addRmsNorm", () -> to.addRmsNorm(out, target, x, weight, epsilon, rows));
  }

  @Override
  public void ropeWriteKv(
      Tensor q, Tensor k, Tensor v, KvCache kv, int layer, StepInputs in, RopeParams params) {
    operation("ropeWriteKv", in);
    rotated("ropeWriteKv", q, k, in, params);
    stored("ropeWriteKv", kv, layer, k, v, in);
    enqueue("ropeWriteKv", () -> to.ropeWriteKv(q, k, v, kv, layer, in, params));
  }

  @Override
  public void copyBlocks(KvCache kv, BlockCopies copies) {
    hot("copyBlocks");
    tensors.use("copyBlocks", kv, 0);
    for (int i = 0; i < copies.size(); i++) {
      tensors.block("copyBlocks", kv, copies.source(i));
      tensors.block("copyBlocks", kv, copies.target(i));
    }
    protocol.copies(copies);
    enqueue("copyBlocks", () -> to.copyBlocks(kv, copies));
    protocol.copied();
  }

  @Override
  public void sample(MemorySegment into, Tensor logits, SamplingColumns params, int rows) {
    hot("sample");
    if (!to.capabilities().operations().contains(Operation.SAMPLE)) {
      throw broken(Rule.KRN_8, "sample was called on a backend that does not declare it");
    }
    read("sample", "logits", logits);
    tensors.rows("sample", rows, logits);
    if (!tensors.staged(into)) {
      throw broken(Rule.KRN_5, "sample was to write memory that is not staging of this backend");
    }
    enqueue("sample", () -> to.sample(into, logits, params, rows));
  }

  @Override
  public void synchronize() {
    hot("synchronize");
    await("synchronize", to::synchronize);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      tensors.close();
      to.close();
    }
    to.close();
  }
}
