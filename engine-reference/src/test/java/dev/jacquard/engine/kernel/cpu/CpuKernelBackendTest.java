package dev.jacquard.engine.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.DeviceMemory;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.RopeStyle;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CpuKernelBackendTest {
  private static final KvCacheLayout LAYOUT = new KvCacheLayout(3, 2, 8, 4, DType.F16);

  private final TestBench bench = TestBench.vector(2);
  private final Random random = new Random(1);

  @AfterEach
  void close() {
    bench.close();
  }

  private Tensor matrix(DType type, int rows, int width) {
    return bench.backend.loadWeight(
        new TestWeights(type, rows, width, random).spec("w", WeightRole.MATRIX));
  }

  private static void refused(String part, Runnable call) {
    IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
  }

  @Test
  void misshapen_foreign_and_freed_tensors_are_refused_by_name_and_shape() {
    Tensor w = matrix(DType.F32, 5, 7);
    Tensor x = bench.backend.activation(3, 7);
    Tensor out = bench.backend.activation(3, 5);
    refused("3 x 5", () -> bench.backend.matmul(out, out, w, 1));
    refused("out", () -> bench.backend.matmul(x, x, w, 1));
    refused("does not have 4 rows", () -> bench.backend.matmul(out, x, w, 4));
    refused("weight", () -> bench.backend.matmul(out, x, x, 1));
    refused("norm or bias", () -> bench.backend.rmsNorm(x, x, w, 0, 1));
    refused("columns", () -> bench.backend.columns(x, 3, 5));
    try (TestBench other = TestBench.scalar()) {
      Tensor foreign = other.backend.activation(3, 7);
      refused("another backend", () -> bench.backend.matmul(out, foreign, w, 1));
    }
    Tensor view = bench.backend.columns(x, 0, 7);
    refused("view", () -> bench.backend.free(view));
    bench.backend.free(x);
    refused("freed", () -> bench.backend.matmul(out, x, w, 1));
    refused("freed", () -> bench.backend.matmul(out, view, w, 1));
    refused("freed", () -> bench.backend.free(x));
    Tensor square = matrix(DType.F32, 5, 5);
    refused("overwrite", () -> bench.backend.matmul(out, out, square, 1));
  }

  @Test
  void token_ids_slots_and_blocks_out_of_range_are_refused() {
    Tensor table = matrix(DType.F32, 5, 7);
    Tensor out = bench.backend.activation(1, 7);
    for (int id : new int[] {-1, 5}) {
      StepInputs in = TestBench.tokens(new int[] {id}, new int[1]);
      refused("id " + id, () -> bench.backend.embed(out, table, in));
    }
    KvCache kv = bench.backend.allocateKvCache(LAYOUT, 2, 1);
    Tensor k = bench.backend.activation(1, 16);
    StepShape shape = new StepShape(1, 1, 1, 1, 2, 4);
    StepInputs in = TestBench.step(shape, new int[][] {{3, 0}});
    in.addRow(0, 1);
    in.addToken(0, 0, 12);
    refused("slot 12", () -> bench.backend.writeKv(kv, 0, k, k, in));
    AttentionParams params = AttentionParams.causal(2, 2, 8);
    Tensor o = bench.backend.activation(1, 16);
    refused("block 3", () -> bench.backend.attention(o, k, kv, 0, in, params));
    refused("layer 3", () -> bench.backend.writeKv(kv, 3, k, k, in));
    AttentionParams other = AttentionParams.causal(4, 4, 4);
    refused("does not fit", () -> bench.backend.attention(o, k, kv, 0, in, other));
  }

  @Test
  void types_it_does_not_know_are_unsupported() {
    MemorySegment bytes = Arena.ofAuto().allocate(DType.Q6_K.rowBytes(256));
    WeightSpec spec =
        new WeightSpec("w", WeightRole.MATRIX, false, DType.Q6_K, 1, 256, List.of(bytes));
    BackendException thrown =
        assertThrows(BackendException.class, () -> bench.backend.loadWeight(spec));
    assertEquals(StandardErrorCode.UNSUPPORTED_OPERATION, thrown.code());
    assertTrue(thrown.getMessage().contains("Q6_K"), thrown.getMessage());
  }

  @Test
  void infinite_weights_are_refused_and_leak_nothing() {
    DeviceMemory before = bench.backend.memory();
    MemorySegment bytes = Arena.ofAuto().allocate(34 * 40);
    bytes.set(ValueLayout.JAVA_SHORT_UNALIGNED, 34 * 33, (short) 0x7c00);
    WeightSpec spec =
        new WeightSpec("w", WeightRole.MATRIX, false, DType.Q8_0, 40, 32, List.of(bytes));
    BackendException thrown =
        assertThrows(BackendException.class, () -> bench.backend.loadWeight(spec));
    assertEquals(StandardErrorCode.INVALID_MODEL, thrown.code());
    assertTrue(thrown.getMessage().contains("row 33"), thrown.getMessage());
    assertEquals(before, bench.backend.memory());
  }

  @Test
  void what_does_not_fit_is_out_of_memory_and_leaks_nothing() {
    DeviceMemory before = bench.backend.memory();
    KvCacheLayout huge = new KvCacheLayout(100, 100, 128, 64, DType.F32);
    BackendException thrown =
        assertThrows(BackendException.class, () -> bench.backend.allocateKvCache(huge, 100_000, 0));
    assertEquals(StandardErrorCode.OUT_OF_MEMORY, thrown.code());
    assertEquals(before, bench.backend.memory());
  }

  @Test
  void memory_returns_to_the_baseline_by_free_and_by_close() {
    DeviceMemory before = bench.backend.memory();
    Tensor w = matrix(DType.Q8_0, 33, 64);
    assertEquals(before.freeBytes() - 64 * 68, bench.backend.memory().freeBytes());
    Tensor x = bench.backend.activation(3, 64);
    Tensor norm = bench.row(WeightRole.NORM, 1, 2, 3);
    for (Tensor each : List.of(w, x, norm)) {
      bench.backend.free(each);
    }
    assertEquals(before, bench.backend.memory());
    matrix(DType.Q4_0, 33, 64);
    bench.backend.activation(3, 64);
    bench.backend.allocateStaging(1000);
    KvCache kv = bench.backend.allocateKvCache(LAYOUT, 5, 2);
    assertEquals(7, kv.blocks());
    assertTrue(bench.backend.memory().freeBytes() < before.freeBytes());
    bench.close();
    bench.close();
    assertEquals(before, bench.backend.memory());
    assertThrows(IllegalStateException.class, () -> bench.backend.activation(1, 1));
  }

  @Test
  void no_thread_survives_close() {
    bench.close();
    boolean alive =
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(t -> t.getName().startsWith("jacquard-kernel") && t.isAlive());
    assertFalse(alive);
  }

  @Test
  void staging_is_zeroed_and_aligned() {
    MemorySegment staging = bench.backend.allocateStaging(100);
    assertEquals(100, staging.byteSize());
    assertEquals(0, staging.address() % 64);
    assertEquals(-1, staging.mismatch(MemorySegment.ofArray(new byte[100])));
  }

  @Test
  void blocks_are_copied_exported_and_imported_whole_and_slot_minus_one_is_not_written() {
    KvCache kv = bench.backend.allocateKvCache(LAYOUT, 4, 2);
    long bytes = bench.backend.kvBytesPerBlock(LAYOUT);
    assertEquals(3 * 2 * 2 * 8 * 4 * 2, bytes);
    StepShape shape = new StepShape(3, 1, 1, 1, 2, 4);
    StepInputs in = TestBench.step(shape, new int[][] {{1, 0}});
    in.addRow(0, 3);
    in.addToken(0, 0, 4);
    in.addToken(0, 1, -1);
    in.addToken(0, 2, 6);
    float[][] k = TestBench.gaussians(3, 16, random);
    for (int layer = 0; layer < 3; layer++) {
      Tensor rows = bench.activation(k);
      bench.backend.writeKv(kv, layer, rows, rows, in);
    }
    short[] first = export(kv, 1, bytes);
    int written = 0;
    for (short half : first) {
      written += half == 0 ? 0 : 1;
    }
    assertEquals(3 * 2 * 2 * 8 * 2, written, "two of four slots of every layer hold numbers");
    for (int block : new int[] {0, 2, 3, 4, 5}) {
      assertArrayEquals(new short[first.length], export(kv, block, bytes));
    }
    BlockCopies copies = new BlockCopies();
    copies.add(1, 5);
    copies.add(5, 2);
    bench.backend.copyBlocks(kv, copies);
    assertArrayEquals(first, export(kv, 2, bytes));
    MemorySegment out = Arena.ofAuto().allocate(bytes, 8);
    bench.backend.exportBlock(kv, 1, out);
    bench.backend.importBlock(kv, 3, out);
    assertArrayEquals(first, export(kv, 3, bytes));
    refused("block 6", () -> bench.backend.exportBlock(kv, 6, out));
  }

  private short[] export(KvCache kv, int block, long bytes) {
    MemorySegment out = Arena.ofAuto().allocate(bytes, 8);
    bench.backend.exportBlock(kv, block, out);
    return out.toArray(ValueLayout.JAVA_SHORT);
  }

  @Test
  void after_warm_up_no_operation_allocates_on_the_caller() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Runnable step = step();
    for (int i = 0; i < 20000; i++) {
      step.run();
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      step.run();
    }
    long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / 100;
    // Compilation may still be under way on a loaded machine: the interpreter boxes vectors.
    assertTrue(bytes < 256, bytes + " bytes a step");
  }

  private Runnable step() {
    int width = 64;
    Tensor w = matrix(DType.Q8_0, width, width);
    Tensor x = bench.activation(TestBench.gaussians(3, width, random));
    Tensor out = bench.backend.activation(3, width);
    Tensor norm = bench.row(WeightRole.NORM, TestBench.gaussians(1, width, random)[0]);
    KvCacheLayout layout = new KvCacheLayout(1, 4, 16, 16, DType.F16);
    KvCache kv = bench.backend.allocateKvCache(layout, 4, 0);
    StepInputs in = TestBench.step(new StepShape(3, 2, 1, 2, 2, 16), new int[][] {{1, 0}, {2, 3}});
    in.addRow(0, 20);
    in.addToken(0, 18, 2);
    in.addToken(0, 19, 3);
    in.addRow(1, 3);
    in.addToken(0, 2, 34);
    double[] frequencies = {1, 0.1, 0.01};
    RopeParams rope = new RopeParams(16, RopeStyle.HALVES, 1f, frequencies);
    AttentionParams params = AttentionParams.causal(4, 4, 16);
    return () -> {
      bench.backend.embed(x, w, in);
      bench.backend.rmsNorm(out, x, norm, 1e-5f, 3);
      bench.backend.matmul(out, x, w, 3);
      bench.backend.matmul(out, x, w, 1);
      bench.backend.addBias(out, norm, 3);
      bench.backend.rope(out, x, in, rope);
      bench.backend.writeKv(kv, 0, out, x, in);
      bench.backend.attention(out, x, kv, 0, in, params);
      bench.backend.siluMultiply(out, out, x, 3);
      bench.backend.add(x, out, 3);
      bench.backend.addRmsNorm(out, x, out, norm, 1e-5f, 3);
    };
  }
}
