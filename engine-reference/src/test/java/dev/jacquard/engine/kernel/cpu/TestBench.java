package dev.jacquard.engine.kernel.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;

/// A backend on a test's work bench: short ways to put numbers in and out.
final class TestBench implements AutoCloseable {
  static final long BUDGET = 1L << 32;

  final CpuKernelBackend backend;

  TestBench(int threads, Arithmetic arithmetic) {
    backend = new CpuKernelBackend(threads, arithmetic, BUDGET);
  }

  static TestBench vector(int threads) {
    return new TestBench(threads, Arithmetics.best());
  }

  static TestBench scalar() {
    return new TestBench(1, new ScalarArithmetic());
  }

  Tensor activation(float[][] rows) {
    Tensor made = backend.activation(rows.length, rows[0].length);
    MemorySegment from = Arena.ofAuto().allocate(4L * rows.length * rows[0].length, 4);
    for (int r = 0; r < rows.length; r++) {
      MemorySegment.copy(
          rows[r], 0, from, JAVA_FLOAT_UNALIGNED, 4L * r * rows[r].length, rows[r].length);
    }
    backend.uploadRows(made, 0, rows.length, from);
    return made;
  }

  float[][] read(Tensor tensor, int rows) {
    MemorySegment into = Arena.ofAuto().allocate(4L * rows * tensor.width(), 4);
    backend.downloadRows(tensor, 0, rows, into);
    float[][] values = new float[rows][tensor.width()];
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(
          into, JAVA_FLOAT_UNALIGNED, 4L * r * tensor.width(), values[r], 0, tensor.width());
    }
    return values;
  }

  Tensor row(WeightRole role, float... values) {
    MemorySegment bytes = Arena.ofAuto().allocate(4L * values.length, 4);
    MemorySegment.copy(values, 0, bytes, JAVA_FLOAT_UNALIGNED, 0, values.length);
    return backend.loadWeight(
        new WeightSpec("row", role, false, DType.F32, 1, values.length, List.of(bytes)));
  }

  /// Inputs of the given shape; the block table of sequence `s` is `tables[s]`.
  static StepInputs step(StepShape shape, int[][] tables) {
    Arena arena = Arena.ofAuto();
    MemorySegment blocks = arena.allocate(StepInputs.blockTableBytes(shape), 64);
    for (int s = 0; s < tables.length; s++) {
      for (int i = 0; i < tables[s].length; i++) {
        blocks.setAtIndex(JAVA_INT, (long) s * shape.maxBlocksPerSequence() + i, tables[s][i]);
      }
    }
    StepInputs in =
        new StepInputs(shape, arena.allocate(StepInputs.stagingBytes(shape), 64), blocks);
    in.clear();
    return in;
  }

  /// A step of one row of tokens at the given positions, written nowhere.
  static StepInputs tokens(int[] ids, int[] positions) {
    StepInputs in = step(new StepShape(ids.length, 1, ids.length, 1, 1, 1), new int[0][]);
    in.addRow(0, ids.length);
    for (int i = 0; i < ids.length; i++) {
      in.addToken(ids[i], positions[i], -1);
    }
    return in;
  }

  static float[][] gaussians(int rows, int width, Random random) {
    float[][] values = new float[rows][width];
    for (float[] row : values) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  /// How a failing randomised test can be run again.
  static String again(long seed) {
    return "seed " + seed + "; reproduce with -Djacquard.test.seed=" + seed;
  }

  static long seed() {
    return Long.getLong("jacquard.test.seed", System.nanoTime());
  }

  @Override
  public void close() {
    backend.close();
  }
}
