package dev.jacquard.engine.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PagedAttentionTest {
  private static final int LAYERS = 2;

  /// What is asked: numbers, and how they are cut and laid out.
  private record Case(
      int heads,
      int kvHeads,
      int headDim,
      int tokens,
      int window,
      int kept,
      float cap,
      boolean sinks) {
    AttentionParams params(TestBench bench, Random random) {
      Tensor logits = null;
      if (sinks) {
        logits = bench.row(WeightRole.BIAS, TestBench.gaussians(1, heads, random)[0]);
      }
      float scale = (float) (1 / Math.sqrt(headDim));
      return new AttentionParams(heads, kvHeads, headDim, scale, window, kept, cap, logits);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(4, 2, 64, 150, 0, 0, 0f, false),
          new Case(3, 3, 8, 70, 0, 0, 0f, false),
          new Case(8, 1, 80, 97, 0, 0, 0f, true),
          new Case(10, 2, 17, 200, 40, 0, 0f, false),
          new Case(4, 4, 32, 200, 33, 4, 2.5f, false),
          new Case(14, 2, 64, 230, 100, 70, 30f, true),
          new Case(2, 1, 128, 1, 0, 0, 0f, false));

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"F32", "F16", "BF16"})
  void agrees_with_f64(DType type) {
    for (Case each : CASES) {
      long seed = TestBench.seed();
      try (TestBench bench = TestBench.vector(2)) {
        Run run = new Run(bench, each, type, 16, seed);
        float[][] actual = run.chunks(each.tokens);
        double[][] expected = run.oracle();
        for (int t = 0; t < each.tokens; t++) {
          for (int i = 0; i < expected[t].length; i++) {
            String where = each + " token " + t + " element " + i + ", ";
            assertEquals(expected[t][i], actual[t][i], 1e-5, where + TestBench.again(seed));
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"F32", "F16", "BF16"})
  void bits_do_not_depend_on_chunks_blocks_threads_or_vectors(DType type) {
    for (Case each : CASES) {
      long seed = TestBench.seed();
      float[][] expected;
      try (TestBench scalar = TestBench.scalar()) {
        expected = new Run(scalar, each, type, 5, seed).chunks(each.tokens);
      }
      for (int blockSize : new int[] {1, 8, 16, 32, 48}) {
        for (int chunk : new int[] {1, 7, 64, each.tokens}) {
          int threads = 1 + (blockSize + chunk) % 3;
          try (TestBench bench = TestBench.vector(threads)) {
            float[][] actual = new Run(bench, each, type, blockSize, seed).chunks(chunk);
            for (int t = 0; t < each.tokens; t++) {
              String where =
                  each + " blocks of " + blockSize + " chunks of " + chunk + " token " + t;
              assertArrayEquals(expected[t], actual[t], where + ", " + TestBench.again(seed));
            }
          }
        }
      }
    }
  }

  @Test
  void rows_of_a_mixed_step_do_not_see_each_other() {
    long seed = TestBench.seed();
    Case each = new Case(4, 2, 64, 90, 0, 0, 0f, false);
    try (TestBench bench = TestBench.vector(2)) {
      Run left = new Run(bench, each, DType.F16, 16, seed);
      Run right = new Run(bench, each, DType.F16, 16, seed + 1);
      float[][] first = left.chunks(90);
      float[][] second = right.chunks(90);
      // The last token of the left one decodes beside the last 40 of the right one, in one cache.
      int size = 16;
      int[][] tables = {shuffled(6, 0, new Random(seed)), shuffled(6, 6, new Random(seed))};
      KvCache kv =
          bench.backend.allocateKvCache(new KvCacheLayout(LAYERS, 2, 64, size, DType.F16), 12, 0);
      StepShape shape = new StepShape(90, 3, 1, 2, 6, size);
      for (int s = 0; s < 2; s++) {
        StepInputs in = TestBench.step(shape, tables);
        in.addRow(s, 90);
        (s == 0 ? left : right).add(in, 0, 90, tables[s], size);
        (s == 0 ? left : right).write(kv, in, 0, 90);
      }
      StepInputs in = TestBench.step(shape, tables);
      in.addRow(0, 90);
      left.add(in, 89, 90, tables[0], size);
      in.addRow(1, 90);
      in.addRow(1, 90);
      right.add(in, 50, 90, tables[1], size);
      float[][] mixed = new float[41][];
      mixed[0] = left.q[89];
      System.arraycopy(right.q, 50, mixed, 1, 40);
      Tensor out = bench.backend.activation(60, 4 * 64);
      bench.backend.attention(out, bench.activation(mixed), kv, 1, in, left.params);
      float[][] actual = bench.read(out, 60);
      assertArrayEquals(first[89], actual[0], TestBench.again(seed));
      for (int t = 50; t < 90; t++) {
        assertArrayEquals(second[t], actual[t - 49], "token " + t + TestBench.again(seed));
      }
      for (int t = 41; t < 60; t++) {
        assertArrayEquals(new float[256], actual[t], "rows beyond the step are untouched");
      }
    }
  }

  private static int[] shuffled(int count, int from, Random random) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(from + i);
    }
    Collections.shuffle(ids, random);
    return ids.stream().mapToInt(i -> i).toArray();
  }

  /// One sequence with random queries, keys and values.
  private static final class Run {
    private final TestBench bench;
    private final Case each;
    private final DType type;
    private final int size;
    private final int[] table;
    private final float[][] q;
    private final float[][] k;
    private final float[][] v;
    private final AttentionParams params;
    private final float[] logits;

    Run(TestBench bench, Case each, DType type, int size, long seed) {
      this.bench = bench;
      this.each = each;
      this.type = type;
      this.size = size;
      Random random = new Random(seed);
      q = TestBench.gaussians(each.tokens, each.heads * each.headDim, random);
      k = TestBench.gaussians(each.tokens, each.kvHeads * each.headDim, random);
      v = TestBench.gaussians(each.tokens, each.kvHeads * each.headDim, random);
      Random same = new Random(seed ^ 7);
      logits = TestBench.gaussians(1, each.heads, new Random(seed ^ 7))[0];
      params = each.params(bench, same);
      table = shuffled((each.tokens + size - 1) / size + 3, 0, new Random(seed + size));
    }

    /// The attention of all tokens, computed chunk by chunk.
    float[][] chunks(int chunk) {
      KvCacheLayout layout = new KvCacheLayout(LAYERS, each.kvHeads, each.headDim, size, type);
      KvCache kv = bench.backend.allocateKvCache(layout, table.length, 0);
      StepShape shape = new StepShape(chunk, 1, 1, 1, table.length, size);
      float[][] all = new float[each.tokens][];
      StepInputs in = TestBench.step(shape, new int[][] {table});
      for (int from = 0; from < each.tokens; from += chunk) {
        int to = Math.min(each.tokens, from + chunk);
        in.clear();
        in.addRow(0, to);
        add(in, from, to, table, size);
        write(kv, in, from, to);
        Tensor queries = bench.activation(java.util.Arrays.copyOfRange(q, from, to));
        Tensor out = bench.backend.activation(to - from, each.heads * each.headDim);
        bench.backend.attention(out, queries, kv, 1, in, params);
        System.arraycopy(bench.read(out, to - from), 0, all, from, to - from);
      }
      return all;
    }

    void add(StepInputs in, int from, int to, int[] blocks, int blockSize) {
      for (int t = from; t < to; t++) {
        in.addToken(0, t, blocks[t / blockSize] * blockSize + t % blockSize);
      }
    }

    void write(KvCache kv, StepInputs in, int from, int to) {
      Tensor keys = bench.activation(java.util.Arrays.copyOfRange(k, from, to));
      Tensor values = bench.activation(java.util.Arrays.copyOfRange(v, from, to));
      bench.backend.writeKv(kv, 1, keys, values, in);
    }

    private double stored(float x) {
      return switch (type) {
        case F16 -> Float.float16ToFloat(Float.floatToFloat16(x));
        case BF16 -> {
          int bits = Float.floatToRawIntBits(x);
          int low = bits & 0xffff;
          int high = bits >>> 16;
          boolean up = low > 0x8000 || low == 0x8000 && (high & 1) == 1;
          yield Float.intBitsToFloat(high + (up ? 1 : 0) << 16);
        }
        default -> x;
      };
    }

    double[][] oracle() {
      int dim = each.headDim;
      double[][] out = new double[each.tokens][each.heads * dim];
      for (int t = 0; t < each.tokens; t++) {
        for (int h = 0; h < each.heads; h++) {
          int kvAt = h / (each.heads / each.kvHeads) * dim;
          double[] scores = new double[t + 1];
          double max = each.sinks ? logits[h] : Double.NEGATIVE_INFINITY;
          for (int j = 0; j <= t; j++) {
            boolean seen = each.window == 0 || t - j < each.window || j < each.kept;
            double s = 0;
            for (int d = 0; d < dim; d++) {
              s += q[t][h * dim + d] * stored(k[j][kvAt + d]);
            }
            s *= params.scale();
            s = each.cap == 0 ? s : each.cap * Math.tanh(s / each.cap);
            scores[j] = seen ? s : Double.NEGATIVE_INFINITY;
            max = Math.max(max, scores[j]);
          }
          double sum = each.sinks ? Math.exp(logits[h] - max) : 0;
          for (int j = 0; j <= t; j++) {
            double p = Math.exp(scores[j] - max);
            sum += p;
            for (int d = 0; d < dim; d++) {
              out[t][h * dim + d] += p * stored(v[j][kvAt + d]);
            }
          }
          for (int d = 0; d < dim; d++) {
            out[t][h * dim + d] /= sum;
          }
        }
      }
      return out;
    }
  }
}
