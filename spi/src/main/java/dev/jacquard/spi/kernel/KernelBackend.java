package dev.jacquard.spi.kernel;

import dev.jacquard.spi.block.BlockCopies;
import java.lang.foreign.MemorySegment;

/// Owns every byte of weights, activations and KV, and runs operations in order on one stream.
///
/// **Cold** methods may block and allocate. **Hot** ones are enqueued in program order; none blocks, none allocates after warm-up; a failure may surface at any later call as a
/// [dev.jacquard.spi.error.BackendException], after a fatal one only `close` works. Foreign, freed or mis-shaped tensors are refused with [IllegalArgumentException] before anything
/// runs (KRN-3). Shapes are those of row-major matrices: `x[rows][width]`. `rows` says how many rows an operation covers; rows beyond are left untouched (KRN-2).
///
/// **One arithmetic per weight type** for every batch size, decode and prefill alike (KRN-10): a row's result depends on that row's inputs alone, bit for bit. Sums have a fixed order
/// that the backend documents. Anything else only in an announced `fast` mode.
public interface KernelBackend extends AutoCloseable {
  /// What it can do here.
  ///
  /// - Thread: any
  /// - Ownership: immutable
  /// - Allocation: free
  /// - Rules: KRN-8
  BackendCapabilities capabilities();

  /// The order in which it sums, for people: which partial sums exist and in which order they are added, for matrix products, norms and attention. Whoever compares two backends, or two
  /// versions of one, reads it. Empty only for a backend that does not yet keep KRN-20.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: KRN-20
  default String orderOfSums() {
    return "";
  }

  /// Memory now.
  ///
  /// - Thread: engine or the starting thread
  /// - Ownership: immutable
  /// - Allocation: free
  /// - Rules: KRN-14
  DeviceMemory memory();

  /// Bytes one block of the layout takes in a tier.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-14
  long kvBytesPerBlock(KvCacheLayout layout);

  /// Loads a weight: maps, copies or repacks it. The parts must stay readable until the backend is closed unless [#keepsParts] is false.
  ///
  /// @throws dev.jacquard.spi.error.BackendException UNSUPPORTED_OPERATION for a type it did not declare, OUT_OF_MEMORY when it does not fit
  ///
  /// - Thread: engine or the starting thread
  /// - Ownership: the backend's until freed
  /// - Allocation: free
  /// - Rules: KRN-1, KRN-8, KRN-11
  Tensor loadWeight(WeightSpec spec);

  /// Whether loaded weights still read the parts they were loaded from.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-14
  default boolean keepsParts() {
    return true;
  }

  /// Room for activations, zeroed; the element type is the backend's choice.
  ///
  /// - Thread: engine or the starting thread
  /// - Ownership: the backend's until freed
  /// - Allocation: free
  /// - Rules: KRN-11
  Tensor activation(int rows, int width);

  /// Columns `[from, from + width)` of an activation as a tensor of their own, sharing its memory.
  ///
  /// - Thread: engine or the starting thread
  /// - Ownership: lives as long as `base`
  /// - Allocation: free
  /// - Rules: KRN-3
  Tensor columns(Tensor base, int from, int width);

  /// Gives a weight or an activation back.
  ///
  /// - Thread: engine or the starting thread
  /// - Ownership: the tensor and its views are dead
  /// - Allocation: free
  /// - Rules: KRN-3, KRN-14
  void free(Tensor tensor);

  /// Memory the engine fills and the backend reads: pinned where that exists, zeroed, aligned to 64 bytes; freed at close.
  ///
  /// - Thread: engine or the starting thread
  /// - Ownership: the backend's
  /// - Allocation: free
  /// - Rules: KRN-5
  MemorySegment allocateStaging(long bytes);

  /// A KV cache of `deviceBlocks + hostBlocks` blocks.
  ///
  /// - Thread: engine or the starting thread
  /// - Ownership: the backend's until close
  /// - Allocation: free
  /// - Rules: KRN-6, KRN-11
  KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks);

  /// Writes f32 rows into an activation.
  ///
  /// - Thread: engine
  /// - Ownership: the caller keeps `from`, `rows * width` f32
  /// - Allocation: free
  /// - Rules: KRN-4
  void uploadRows(Tensor into, int firstRow, int rows, MemorySegment from);

  /// Waits for all earlier work and reads rows of an activation as f32.
  ///
  /// - Thread: engine
  /// - Ownership: the caller keeps `into`, `rows * width` f32
  /// - Allocation: none
  /// - Rules: KRN-4
  void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into);

  /// Waits for all earlier work and copies the bytes of a block out, `kvBytesPerBlock` of them, in an order of the backend's own.
  ///
  /// - Thread: engine
  /// - Ownership: the caller keeps `into`
  /// - Allocation: free
  /// - Rules: KRN-7
  void exportBlock(KvCache kv, int block, MemorySegment into);

  /// Copies the bytes of a block in, as `exportBlock` gave them.
  ///
  /// - Thread: engine
  /// - Ownership: the caller keeps `from`
  /// - Allocation: free
  /// - Rules: KRN-7
  void importBlock(KvCache kv, int block, MemorySegment from);

  /// Starts a step. True means that a recorded graph of this shape was replayed and the operations must not be called again.
  ///
  /// - Thread: engine
  /// - Ownership: `in` is read until the next synchronising call
  /// - Allocation: none
  /// - Rules: KRN-17
  default boolean begin(StepInputs in) {
    return false;
  }

  /// Ends a step that [#begin] started.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-17
  default void end(StepInputs in) {}

  /// `out[t] = table[tokenId(t)]` for every token of the step.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-2, KRN-3
  void embed(Tensor out, Tensor table, StepInputs in);

  /// `out = x / sqrt(mean(x^2) + epsilon) * weight`, over groups of `weight.width()` elements: whole rows, or heads when the weight is as wide as a head. `out` may be `x`.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-2, KRN-3, KRN-10
  void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon, int rows);

  /// `out[r][o] = sum_k x[r][k] * weight[o][k]`.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-2, KRN-3, KRN-9, KRN-10
  void matmul(Tensor out, Tensor x, Tensor weight, int rows);

  /// `target[r] += bias` for every row.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-2
  void addBias(Tensor target, Tensor bias, int rows);

  /// Rotates every head of `q` and `k` by its token's position, in place.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-2
  void rope(Tensor q, Tensor k, StepInputs in, RopeParams params);

  /// Stores keys and values of every token at its slot; slot -1 is not written.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-6, KRN-15
  void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in);

  /// Causal attention of every token over the KV of its sequence as the block tables tell, positions up to its own. Keys are read as stored.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-6, KRN-9, KRN-10
  void attention(
      Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params);

  /// `out = gate / (1 + exp(-gate)) * up`. `out` may be `gate`.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-2
  void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows);

  /// `target += x`.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-2
  void add(Tensor target, Tensor x, int rows);

  /// `out[o] = x[outputToken(o)]` for every output of the step.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-2
  void gatherRows(Tensor out, Tensor x, StepInputs in);

  /// `target += x`, then `out = rmsNorm(target)`. Override to fuse; the bits must not change.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-2, KRN-10
  default void addRmsNorm(
      Tensor out, Tensor target, Tensor x, Tensor weight, float epsilon, int rows) {
    add(target, x, rows);
    rmsNorm(out, target, weight, epsilon, rows);
  }

  /// `rope`, then `writeKv`. Override to fuse; the bits must not change.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-1, KRN-6, KRN-15
  default void ropeWriteKv(
      Tensor q, Tensor k, Tensor v, KvCache kv, int layer, StepInputs in, RopeParams params) {
    rope(q, k, in, params);
    writeKv(kv, layer, k, v, in);
  }

  /// Copies whole blocks, of all layers, in the order given, before any later operation.
  ///
  /// - Thread: engine
  /// - Ownership: the caller keeps `copies`
  /// - Allocation: none
  /// - Rules: KRN-4, KRN-7
  void copyBlocks(KvCache kv, BlockCopies copies);

  /// Chooses a token for each of the first `rows` rows of `logits` and keeps it for the next step's inputs; ids are written to `into` as ints when [#synchronize] returned.
  /// Only when [Operation#SAMPLE] is declared.
  ///
  /// - Thread: engine
  /// - Ownership: `into` is staging of this backend
  /// - Allocation: none
  /// - Rules: KRN-8, KRN-9
  default void sample(MemorySegment into, Tensor logits, SamplingColumns params, int rows) {
    throw new dev.jacquard.spi.error.BackendException(
        dev.jacquard.spi.error.StandardErrorCode.UNSUPPORTED_OPERATION,
        dev.jacquard.spi.error.BackendException.Severity.STEP_FAILED,
        capabilities().device() + " does not sample",
        null);
  }

  /// Waits until everything enqueued has happened.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-4, KRN-12
  void synchronize();

  /// Gives everything back; idempotent; works after a fatal failure.
  ///
  /// - Thread: engine or the closing thread after the engine stopped
  /// - Ownership: everything is given back
  /// - Allocation: free
  /// - Rules: PLG-7, PLG-8, KRN-12, KRN-14
  @Override
  void close();
}
