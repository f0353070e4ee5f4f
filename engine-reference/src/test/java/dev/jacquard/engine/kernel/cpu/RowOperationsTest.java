package dev.jacquard.engine.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.spi.kernel.DType;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowOperationsTest {
  private static final int[] WIDTHS = {1, 3, 16, 17, 31, 64, 100, 2049, 5000};

  private final long seed = TestBench.seed();
  private final Random random = new Random(seed);
  private final List<TestBench> benches =
      List.of(TestBench.scalar(), TestBench.vector(1), TestBench.vector(2), TestBench.vector(3));

  @AfterEach
  void close() {
    benches.forEach(TestBench::close);
  }

  /// Runs an operation on rows of every bench and checks that the bits agree and rows beyond are
  /// untouched; answers the rows.
  private float[][] same(float[][] input, int rows, Operation operation) {
    float[][] expected = null;
    for (TestBench bench : benches) {
      Tensor x = bench.activation(input);
      operation.run(bench, x, rows);
      float[][] actual = bench.read(x, input.length);
      for (int r = rows; r < input.length; r++) {
        assertArrayEquals(input[r], actual[r], "row beyond, " + TestBench.again(seed));
      }
      expected = expected == null ? actual : expected;
      for (int r = 0; r < rows; r++) {
        assertArrayEquals(expected[r], actual[r], "row " + r + ", " + TestBench.again(seed));
      }
    }
    return expected;
  }

  private interface Operation {
    void run(TestBench bench, Tensor x, int rows);
  }

  @Test
  void the_norm_agrees_with_f64_for_rows_and_for_heads() {
    for (int width : WIDTHS) {
      float[] weight = TestBench.gaussians(1, width, random)[0];
      for (int heads : new int[] {1, 3}) {
        float[][] x = TestBench.gaussians(7, width * heads, random);
        float[][] y =
            same(
                x,
                5,
                (bench, t, rows) ->
                    bench.backend.rmsNorm(t, t, bench.row(WeightRole.NORM, weight), 1e-5f, rows));
        for (int r = 0; r < 5; r++) {
          for (int i = 0; i < x[r].length; i++) {
            double squares = 0;
            int head = i / width * width;
            for (int j = 0; j < width; j++) {
              squares += (double) x[r][head + j] * x[r][head + j];
            }
            double exact = x[r][i] / Math.sqrt(squares / width + 1e-5f) * weight[i % width];
            assertEquals(exact, y[r][i], Math.abs(exact) * 3e-6, TestBench.again(seed));
          }
        }
      }
    }
  }

  @Test
  void add_and_norm_fused_have_the_bits_of_both_after_another() {
    for (TestBench bench : benches) {
      for (int width : WIDTHS) {
        Tensor x = bench.activation(TestBench.gaussians(4, width, random));
        float[][] start = TestBench.gaussians(4, width, random);
        Tensor norm = bench.row(WeightRole.NORM, TestBench.gaussians(1, width, random)[0]);
        Tensor first = bench.activation(start);
        Tensor second = bench.activation(start);
        Tensor fused = bench.backend.activation(4, width);
        Tensor apart = bench.backend.activation(4, width);
        bench.backend.addRmsNorm(fused, first, x, norm, 1e-6f, 3);
        bench.backend.add(second, x, 3);
        bench.backend.rmsNorm(apart, second, norm, 1e-6f, 3);
        assertArrayEquals(bench.read(apart, 4), bench.read(fused, 4), TestBench.again(seed));
        assertArrayEquals(bench.read(second, 4), bench.read(first, 4), TestBench.again(seed));
      }
    }
  }

  @Test
  void silu_agrees_with_f64_far_out_too() {
    for (int width : WIDTHS) {
      float[][] gate = TestBench.gaussians(4, width, random);
      float[][] up = TestBench.gaussians(4, width, random);
      for (int i = 0; i < width; i++) {
        gate[1][i] *= 20;
        gate[2][i] *= 1000;
      }
      float[][] y =
          same(
              gate,
              3,
              (bench, t, rows) -> bench.backend.siluMultiply(t, t, bench.activation(up), rows));
      for (int r = 0; r < 3; r++) {
        for (int i = 0; i < width; i++) {
          double exact = gate[r][i] / (1 + Math.exp(-(double) gate[r][i])) * up[r][i];
          assertEquals(exact, y[r][i], Math.abs(exact) * 1e-6 + 1e-30, "gate " + gate[r][i]);
        }
      }
    }
  }

  @Test
  void sums_and_biases_are_added_element_by_element() {
    for (int width : WIDTHS) {
      float[][] x = TestBench.gaussians(9, width, random);
      float[][] more = TestBench.gaussians(9, width, random);
      float[] bias = more[8];
      float[][] sum = same(x, 6, (b, t, rows) -> b.backend.add(t, b.activation(more), rows));
      float[][] biased =
          same(x, 6, (b, t, rows) -> b.backend.addBias(t, b.row(WeightRole.BIAS, bias), rows));
      for (int r = 0; r < 6; r++) {
        for (int i = 0; i < width; i++) {
          assertEquals(x[r][i] + more[r][i], sum[r][i]);
          assertEquals(x[r][i] + bias[i], biased[r][i]);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rope_agrees_with_f64_and_leaves_the_rest_of_a_head_alone(RopeStyle style) {
    int headDim = 20;
    int pairs = 8;
    double[] frequencies = new double[pairs];
    Arrays.setAll(frequencies, i -> Math.pow(10000, -i / (double) pairs));
    RopeParams params = new RopeParams(headDim, style, 1.25f, frequencies);
    int[] positions = {0, 5, 1, 131071, 7};
    float[][] q = TestBench.gaussians(6, 3 * headDim, random);
    float[][] k = TestBench.gaussians(6, headDim, random);
    StepInputs in = TestBench.tokens(new int[5], positions);
    float[][] y =
        same(q, 5, (bench, t, rows) -> bench.backend.rope(t, bench.activation(k), in, params));
    for (int t = 0; t < 5; t++) {
      float[] expected = q[t].clone();
      for (int head = 0; head < 3; head++) {
        for (int i = 0; i < pairs; i++) {
          boolean halves = style == RopeStyle.HALVES;
          int first = head * headDim + (halves ? i : 2 * i);
          int second = head * headDim + (halves ? i + pairs : 2 * i + 1);
          double angle = positions[t] * frequencies[i];
          double a = q[t][first];
          double b = q[t][second];
          expected[first] = (float) (1.25 * (a * Math.cos(angle) - b * Math.sin(angle)));
          expected[second] = (float) (1.25 * (b * Math.cos(angle) + a * Math.sin(angle)));
        }
      }
      assertArrayEquals(expected, y[t], 2e-6f, TestBench.again(seed));
    }
  }

  @Test
  void a_second_step_with_other_positions_is_rotated_by_them() {
    RopeParams params = new RopeParams(2, RopeStyle.HALVES, 1f, new double[] {1});
    TestBench bench = benches.get(1);
    for (int position : new int[] {3, 4, 3}) {
      Tensor q = bench.activation(new float[][] {{1, 0}});
      Tensor k = bench.activation(new float[][] {{0, 1}});
      StepInputs in = TestBench.tokens(new int[1], new int[] {position});
      bench.backend.rope(q, k, in, params);
      assertEquals((float) Math.cos(position), bench.read(q, 1)[0][0]);
      assertEquals((float) -Math.sin(position), bench.read(k, 1)[0][0]);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
  void embedding_rows_are_exact(DType type) {
    int width = type.blockElements() == 1 ? 37 : 96;
    TestWeights table = new TestWeights(type, 70, width, random);
    int[] ids = {0, 69, 31, 32, 33, 5, 5};
    StepInputs in = TestBench.tokens(ids, new int[ids.length]);
    for (TestBench bench : benches) {
      Tensor out = bench.backend.activation(ids.length + 1, width);
      bench.backend.embed(out, bench.backend.loadWeight(table.spec("t", WeightRole.EMBEDDING)), in);
      float[][] rows = bench.read(out, ids.length + 1);
      for (int t = 0; t < ids.length; t++) {
        for (int k = 0; k < width; k++) {
          assertEquals(table.value(ids[t], k), rows[t][k], 0.0, TestBench.again(seed));
        }
      }
      assertArrayEquals(new float[width], rows[ids.length]);
    }
  }

  @Test
  void outputs_are_gathered_by_token() {
    float[][] x = TestBench.gaussians(4, 10, random);
    StepInputs in = TestBench.step(new StepShape(4, 1, 3, 1, 1, 1), new int[0][]);
    in.addRow(0, 4);
    for (int t = 0; t < 4; t++) {
      in.addToken(0, t, -1);
    }
    in.addOutput(3);
    in.addOutput(0);
    TestBench bench = benches.get(2);
    Tensor out = bench.backend.activation(3, 10);
    bench.backend.gatherRows(out, bench.activation(x), in);
    assertArrayEquals(new float[][] {x[3], x[0], new float[10]}, bench.read(out, 3));
  }

  @Test
  void norms_in_half_precision_are_read_as_f32() {
    short[] bits = {Float.floatToFloat16(0.1f), Float.floatToFloat16(-3f)};
    MemorySegment bytes = Arena.ofAuto().allocate(4);
    MemorySegment.copy(bits, 0, bytes, ValueLayout.JAVA_SHORT_UNALIGNED, 0, 2);
    TestBench bench = benches.get(1);
    Tensor bias =
        bench.backend.loadWeight(
            new WeightSpec("b", WeightRole.BIAS, false, DType.F16, 1, 2, List.of(bytes)));
    Tensor x = bench.activation(new float[][] {{0, 0}});
    bench.backend.addBias(x, bias, 1);
    assertArrayEquals(new float[] {Float.float16ToFloat(bits[0]), -3f}, bench.read(x, 1)[0]);
  }
}
