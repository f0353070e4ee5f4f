package dev.jacquard.engine.kernel.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.DType;
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
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// How fast the kernels are on this machine. A plain `main`, not a test: the first argument is the number of threads, the others choose parts by name: `gemv`, `gemm`, `attention`,
/// `rows`, `token`.
///
/// Matrix products walk enough copies to leave the last cache. Every figure is the median of seven runs after warm-up.
public final class CpuKernelBenchmark {
  private static final int WIDTH = 2048;
  private static final int OUTPUTS = 8192;
  private static final Random RANDOM = new Random(1);

  private final TestBench bench;
  private final int threads;

  private CpuKernelBenchmark(int threads) {
    this.threads = threads;
    this.bench = TestBench.vector(threads);
  }

  /// Runs it.
  public static void main(String[] args) {
    int threads = args.length == 0 ? 2 : Integer.parseInt(args[0]);
    List<String> parts = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
    CpuKernelBenchmark all = new CpuKernelBenchmark(threads);
    System.out.println(all.bench.backend.capabilities().device());
    for (DType type : new DType[] {DType.Q8_0, DType.Q4_0, DType.F16, DType.BF16, DType.F32}) {
      if (wanted(parts, "gemv") || wanted(parts, type.name())) {
        all.products(type, new int[] {1});
      }
      if (wanted(parts, "gemm") || wanted(parts, type.name())) {
        all.products(type, new int[] {2, 3, 4, 8, 16, 64, 512});
      }
    }
    if (wanted(parts, "rows")) {
      all.rows();
    }
    if (wanted(parts, "attention")) {
      all.attention();
    }
    if (wanted(parts, "token")) {
      all.token(DType.Q8_0);
      all.token(DType.Q4_0);
    }
    all.bench.close();
  }

  private static boolean wanted(List<String> parts, String part) {
    return parts.isEmpty() || parts.contains(part);
  }

  private Tensor weight(DType type, int rows, int width) {
    MemorySegment bytes = Arena.ofAuto().allocate(type.rowBytes(width) * rows);
    byte[] some = new byte[1 << 20];
    RANDOM.nextBytes(some);
    for (long at = 0; at < bytes.byteSize(); at += some.length) {
      long n = Math.min(some.length, bytes.byteSize() - at);
      MemorySegment.copy(some, 0, bytes, JAVA_BYTE, at, (int) n);
    }
    int step = type.blockBytes();
    for (long at = 0; at < bytes.byteSize(); at += step) {
      float value = (float) RANDOM.nextGaussian() * 0.02f;
      short half = Float.floatToFloat16(value);
      int bits = Float.floatToRawIntBits(value);
      switch (type) {
        case F32 -> bytes.set(java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED, at, value);
        case BF16 -> bytes.set(JAVA_SHORT_UNALIGNED, at, (short) (bits >>> 16));
        default -> bytes.set(JAVA_SHORT_UNALIGNED, at, half);
      }
    }
    return bench.backend.loadWeight(
        new WeightSpec("w", WeightRole.MATRIX, false, type, rows, width, List.of(bytes)));
  }

  /// Wall time, or with `-Dbenchmark.cpu=true` the CPU time of this thread: the figure to look at with one thread on a machine that others use too.
  private static long now() {
    return Boolean.getBoolean("benchmark.cpu")
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private static double median(int repeats, Runnable run) {
    double[] times = new double[7];
    for (int warm = 0; warm < 12; warm++) {
      run.run();
    }
    for (int i = 0; i < times.length; i++) {
      long from = now();
      for (int j = 0; j < repeats; j++) {
        run.run();
      }
      times[i] = (now() - from) / 1e9 / repeats;
    }
    Arrays.sort(times);
    return times[3];
  }

  private void say(String what, double seconds, double bytes, double flop) {
    System.out.printf(
        Locale.ROOT,
        "%-34s %d threads %10.3f ms %7.1f GB/s %7.1f GFLOP/s%n",
        what,
        threads,
        seconds * 1e3,
        bytes / seconds / 1e9,
        flop / seconds / 1e9);
  }

  private void products(DType type, int[] batches) {
    int copies = (int) (200_000_000 / (type.rowBytes(WIDTH) * OUTPUTS)) + 1;
    Tensor[] weights = new Tensor[copies];
    for (int i = 0; i < copies; i++) {
      weights[i] = weight(type, OUTPUTS, WIDTH);
    }
    double bytes = (double) type.rowBytes(WIDTH) * OUTPUTS;
    for (int batch : batches) {
      Tensor x = bench.activation(TestBench.gaussians(batch, WIDTH, RANDOM));
      Tensor out = bench.backend.activation(batch, OUTPUTS);
      int used = batch > 64 ? 1 : copies;
      double seconds =
          median(
                  1,
                  () -> {
                    for (int i = 0; i < used; i++) {
                      bench.backend.matmul(out, x, weights[i], batch);
                    }
                  })
              / used;
      say(type + " M=" + batch, seconds, bytes, 2.0 * WIDTH * OUTPUTS * batch);
      bench.backend.free(x);
      bench.backend.free(out);
    }
    for (Tensor weight : weights) {
      bench.backend.free(weight);
    }
  }

  private void rows() {
    for (int rows : new int[] {1, 512}) {
      Tensor x = bench.activation(TestBench.gaussians(rows, WIDTH, RANDOM));
      Tensor y = bench.activation(TestBench.gaussians(rows, WIDTH, RANDOM));
      Tensor h = bench.backend.activation(rows, WIDTH);
      Tensor gate = bench.activation(TestBench.gaussians(rows, OUTPUTS, RANDOM));
      Tensor up = bench.activation(TestBench.gaussians(rows, OUTPUTS, RANDOM));
      Tensor out = bench.backend.activation(rows, OUTPUTS);
      Tensor norm = bench.row(WeightRole.NORM, TestBench.gaussians(1, WIDTH, RANDOM)[0]);
      int[] positions = new int[rows];
      Arrays.setAll(positions, i -> i);
      StepInputs in = TestBench.tokens(new int[rows], positions);
      double[] frequencies = new double[32];
      Arrays.setAll(frequencies, i -> Math.pow(10000, -i / 32.0));
      int n = rows == 1 ? 1000 : 10;
      say("norm " + rows, median(n, () -> bench.backend.rmsNorm(h, x, norm, 1e-5f, rows)), 0, 0);
      say("add " + rows, median(n, () -> bench.backend.add(x, y, rows)), 0, 0);
      say("silu " + rows, median(n, () -> bench.backend.siluMultiply(out, gate, up, rows)), 0, 0);
      for (RopeStyle style : RopeStyle.values()) {
        RopeParams params = new RopeParams(64, style, 1f, frequencies);
        say("rope " + style + rows, median(n, () -> bench.backend.rope(x, y, in, params)), 0, 0);
      }
    }
  }

  private void attention() {
    for (DType type : new DType[] {DType.F16, DType.F32}) {
      KvCacheLayout layout = new KvCacheLayout(8, 8, 64, 16, type);
      KvCache kv = bench.backend.allocateKvCache(layout, 257, 0);
      AttentionParams params = AttentionParams.causal(32, 8, 64);
      int[] table = new int[257];
      Arrays.setAll(table, i -> (i * 97) % 257);
      for (int context : new int[] {128, 512, 4096}) {
        for (int tokens : new int[] {1, 512}) {
          if (tokens > context) {
            continue;
          }
          StepInputs in =
              TestBench.step(new StepShape(tokens, 1, 1, 1, 257, 16), new int[][] {table});
          in.addRow(0, context);
          for (int t = 0; t < tokens; t++) {
            in.addToken(0, context - tokens + t, -1);
          }
          Tensor q = bench.activation(TestBench.gaussians(tokens, 2048, RANDOM));
          Tensor out = bench.backend.activation(tokens, 2048);
          double seconds =
              median(
                      tokens == 1 ? 20 : 1,
                      () -> {
                        for (int layer = 0; layer < 8; layer++) {
                          bench.backend.attention(out, q, kv, layer, in, params);
                        }
                      })
                  / 8;
          double keys = tokens == 1 ? context : context - tokens / 2.0;
          say(
              "attention " + type + " " + tokens + " at " + context,
              seconds,
              (double) context * 8 * 64 * 2 * (type == DType.F16 ? 2 : 4),
              tokens * keys * 32 * 64 * 4);
        }
      }
    }
  }

  /// All matrix products of a Llama 3.2 1B token, with the small operations between them, no attention.
  private void token(DType type) {
    int layers = 16;
    Tensor[] qkv = new Tensor[layers];
    Tensor[] o = new Tensor[layers];
    Tensor[] gateUp = new Tensor[layers];
    Tensor[] down = new Tensor[layers];
    for (int i = 0; i < layers; i++) {
      qkv[i] = weight(type, 3072, WIDTH);
      o[i] = weight(type, WIDTH, WIDTH);
      gateUp[i] = weight(type, 16384, WIDTH);
      down[i] = weight(type, WIDTH, 8192);
    }
    Tensor head = weight(type, 32000, WIDTH);
    Tensor norm = bench.row(WeightRole.NORM, TestBench.gaussians(1, WIDTH, RANDOM)[0]);
    for (int batch : new int[] {1, 4, 8, 16, 512}) {
      Tensor x = bench.activation(TestBench.gaussians(batch, WIDTH, RANDOM));
      Tensor h = bench.backend.activation(batch, WIDTH);
      Tensor wide = bench.backend.activation(batch, 16384);
      Tensor logits = bench.backend.activation(batch, 32000);
      Tensor threeViews = bench.backend.columns(wide, 0, 3072);
      Tensor query = bench.backend.columns(wide, 0, WIDTH);
      Tensor gate = bench.backend.columns(wide, 0, 8192);
      Tensor up = bench.backend.columns(wide, 8192, 8192);
      double seconds =
          median(
              1,
              () -> {
                for (int i = 0; i < layers; i++) {
                  bench.backend.rmsNorm(h, x, norm, 1e-5f, batch);
                  bench.backend.matmul(threeViews, h, qkv[i], batch);
                  bench.backend.matmul(h, query, o[i], batch);
                  bench.backend.addRmsNorm(h, x, h, norm, 1e-5f, batch);
                  bench.backend.matmul(wide, h, gateUp[i], batch);
                  bench.backend.siluMultiply(gate, gate, up, batch);
                  bench.backend.matmul(h, gate, down[i], batch);
                  bench.backend.add(x, h, batch);
                }
                bench.backend.matmul(logits, h, head, batch > 16 ? 1 : batch);
              });
      say(type + " token batch " + batch, seconds, type == DType.Q8_0 ? 1.105e9 : 0.585e9, 0);
      System.out.printf(Locale.ROOT, "   %.1f tok/s%n", batch / seconds);
      for (Tensor each : new Tensor[] {x, h, wide, logits}) {
        bench.backend.free(each);
      }
    }
    for (int i = 0; i < layers; i++) {
      for (Tensor each : new Tensor[] {qkv[i], o[i], gateUp[i], down[i]}) {
        bench.backend.free(each);
      }
    }
    bench.backend.free(head);
  }
}
