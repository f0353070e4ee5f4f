package dev.jacquard.engine.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MatMulTest {
  private static final int[] OUTPUTS = {1, 2, 7, 31, 32, 33, 40, 63, 64, 65, 70};
  private static final int[] BATCHES = {1, 2, 3, 5, 7, 8, 9, 17, 64, 130, 300};

  private static int[] widths(DType type) {
    return type.blockElements() == 1
        ? new int[] {1, 2, 17, 31, 100, 257, 300}
        : new int[] {32, 64, 96, 160, 288, 544};
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
  void agrees_with_f64_for_odd_shapes(DType type) {
    long seed = TestBench.seed();
    Random random = new Random(seed);
    try (TestBench bench = TestBench.vector(2)) {
      for (int outputs : OUTPUTS) {
        for (int width : widths(type)) {
          int rows = 1 + random.nextInt(19);
          TestWeights weights = new TestWeights(type, outputs, width, random);
          float[][] x = TestBench.gaussians(rows, width, random);
          float[][] y = multiply(bench, weights, x);
          for (int r = 0; r < rows; r++) {
            for (int o = 0; o < outputs; o++) {
              double sum = 0;
              double squares = 0;
              for (int k = 0; k < width; k++) {
                double term = x[r][k] * weights.value(o, k);
                sum += term;
                squares += term * term;
              }
              double bound = 2e-6 * Math.sqrt(width) * Math.sqrt(squares) + 1e-30;
              String where = outputs + "x" + width + " row " + r + " output " + o + ", ";
              assertEquals(sum, y[r][o], bound, where + TestBench.again(seed));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
  void a_row_has_the_same_bits_alone_in_any_batch_with_any_threads_vector_or_scalar(DType type) {
    long seed = TestBench.seed();
    Random random = new Random(seed);
    int most = Arrays.stream(BATCHES).max().orElseThrow();
    TestWeights weights = new TestWeights(type, 70, 544, random);
    float[][] x = TestBench.gaussians(most, 544, random);
    float[][] expected = new float[most][];
    try (TestBench scalar = TestBench.scalar()) {
      for (int r = 0; r < most; r++) {
        expected[r] = multiply(scalar, weights, new float[][] {x[r]})[0];
      }
      for (int batch : new int[] {2, 9, 17}) {
        check(expected, multiply(scalar, weights, Arrays.copyOf(x, batch)), "scalar", seed);
      }
    }
    for (int threads = 1; threads <= 3; threads++) {
      try (TestBench bench = TestBench.vector(threads)) {
        for (int batch : BATCHES) {
          String what = threads + " threads, batch " + batch;
          check(expected, multiply(bench, weights, Arrays.copyOf(x, batch)), what, seed);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"F32", "Q8_0"})
  void views_of_wider_rows_work_and_nothing_else_is_touched(DType type) {
    long seed = TestBench.seed();
    Random random = new Random(seed);
    TestWeights weights = new TestWeights(type, 45, 64, random);
    float[][] x = TestBench.gaussians(12, 100, random);
    try (TestBench bench = TestBench.vector(2)) {
      Tensor matrix = bench.backend.loadWeight(weights.spec("w", WeightRole.MATRIX));
      Tensor wide = bench.activation(x);
      float[][] before = TestBench.gaussians(12, 60, random);
      for (int rows : new int[] {1, 3, 11}) {
        Tensor out = bench.activation(before);
        bench.backend.matmul(
            bench.backend.columns(out, 7, 45), bench.backend.columns(wide, 20, 64), matrix, rows);
        float[][] after = bench.read(out, 12);
        for (int r = 0; r < 12; r++) {
          float[] expected = before[r].clone();
          if (r < rows) {
            float[] input = Arrays.copyOfRange(x[r], 20, 84);
            System.arraycopy(
                multiply(bench, weights, new float[][] {input})[0], 0, expected, 7, 45);
          }
          assertArrayEquals(expected, after[r], rows + " rows, row " + r + TestBench.again(seed));
        }
      }
    }
  }

  private static void check(float[][] expected, float[][] actual, String what, long seed) {
    for (int r = 0; r < actual.length; r++) {
      assertTrue(
          Arrays.equals(expected[r], actual[r]),
          what + ", row " + r + ": " + TestBench.again(seed));
    }
  }

  private static float[][] multiply(TestBench bench, TestWeights weights, float[][] x) {
    Tensor matrix = bench.backend.loadWeight(weights.spec("w", WeightRole.MATRIX));
    Tensor in = bench.activation(x);
    Tensor out = bench.backend.activation(x.length, weights.rows);
    bench.backend.matmul(out, in, matrix, x.length);
    float[][] values = bench.read(out, x.length);
    bench.backend.free(matrix);
    bench.backend.free(in);
    bench.backend.free(out);
    return values;
  }
}
