package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/// Numbers for every [Example]: weights, a KV cache with a past, and for each of some tokens the rows that
/// it brings to an operation. A token brings the same rows whatever it is batched with.
final class Fixture implements AutoCloseable {
  static final int MOST = 70;
  static final int DIM = 8;
  static final int QUERIES = 4 * DIM;
  static final int KEYS = 2 * DIM;
  static final int OUTPUTS = 23;
  static final int SCRATCH_LAYER = 1;

  private static final int VOCABULARY = 50;
  private static final int BLOCK = 4;
  private static final int TABLE = 5;
  private static final int LENGTH = 19;

  final Bench bench;
  final StepInputs in;
  final int width;
  final List<Example> examples;
  private final long seed;
  private final Map<String, Tensor> weights = new HashMap<>();
  private final @Nullable KvCache kv;

  /// A fixture on a new backend of `subject` with `threads` threads.
  Fixture(BackendUnderTest subject, int threads, Trial trial) {
    bench = Bench.open(subject, threads);
    seed = trial.seed();
    DType type =
        bench.weightTypes().stream().findFirst().orElseThrow(() -> bench.lacks("a type of weight"));
    width = type.blockElements() == 1 ? 37 : type.blockElements();
    RandomGenerator random = trial.random();
    weights.put(
        "table", bench.load(Weight.random(random, type, VOCABULARY, width), WeightRole.EMBEDDING));
    weights.put(
        "matrix", bench.load(Weight.random(random, type, OUTPUTS, width), WeightRole.MATRIX));
    weights.put("weight", bench.row(WeightRole.NORM, Bench.gaussians(random, width)));
    weights.put("head weight", bench.row(WeightRole.NORM, Bench.gaussians(random, DIM)));
    weights.put("bias", bench.row(WeightRole.BIAS, Bench.gaussians(random, width)));
    examples = Examples.of(bench, width);
    in = bench.step(new StepShape(MOST, MOST, MOST, MOST, TABLE, BLOCK));
    kv = bench.does(Operation.WRITE_KV) && !bench.kvTypes().isEmpty() ? past() : null;
  }

  private KvCache past() {
    DType type = bench.kvTypes().contains(DType.F16) ? DType.F16 : bench.kvTypes().getFirst();
    KvCache cache =
        bench.backend.allocateKvCache(
            new KvCacheLayout(2, KEYS / DIM, DIM, BLOCK, type), MOST * TABLE, 0);
    for (int sequence = 0; sequence < MOST; sequence++) {
      for (int i = 0; i < TABLE; i++) {
        in.blockTables()
            .setAtIndex(JAVA_INT, (long) sequence * TABLE + i, i * MOST + (sequence * 3) % MOST);
      }
    }
    for (int position = 0; position < LENGTH; position++) {
      in.clear();
      float[][] k = new float[MOST][];
      float[][] v = new float[MOST][];
      for (int sequence = 0; sequence < MOST; sequence++) {
        in.addRow(sequence, position + 1);
        in.addToken(0, position, slot(sequence, position));
        k[sequence] = row("past k" + position, KEYS, sequence);
        v[sequence] = row("past v" + position, KEYS, sequence);
      }
      Tensor keys = bench.rows(k);
      Tensor values = bench.rows(v);
      bench.backend.writeKv(cache, 0, keys, values, in);
      bench.backend.synchronize();
      bench.backend.free(keys);
      bench.backend.free(values);
    }
    return cache;
  }

  KvCache kv() {
    if (kv == null) {
      throw bench.lacks("a type of KV");
    }
    return kv;
  }

  Tensor weight(String role) {
    Tensor weight = weights.get(role);
    if (weight == null) {
      throw new IllegalArgumentException("the fixture has no weight `" + role + "`");
    }
    return weight;
  }

  private int slot(int sequence, int position) {
    return in.block(sequence, position / BLOCK) * BLOCK + position % BLOCK;
  }

  static int position(int token) {
    return 1 + token * 7 % (LENGTH - 1);
  }

  /// The step in which each of `tokens` is a row of its own; its outputs run backwards.
  void step(int... tokens) {
    in.clear();
    for (int token : tokens) {
      in.addRow(token, position(token) + 1);
      in.addToken(token * 13 % VOCABULARY, position(token), slot(token, position(token)));
    }
    for (int i = tokens.length - 1; i >= 0; i--) {
      in.addOutput(i);
    }
  }

  /// What `token` brings as `role`.
  float[] row(String role, int width, int token) {
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom")
            .create(seed ^ (role.hashCode() * 1_000_003L + token) * 0x9E3779B97F4A7C15L);
    return Bench.gaussians(random, width);
  }

  /// What a run left behind: all rows and columns of what it may write, before and after.
  @SuppressWarnings("ArrayRecordComponent") // a carrier within the kit, never compared
  record Written(String role, float[][] before, float[][] after) {}

  /// Runs `example` for `tokens`, on tensors with `more` rows full of canaries behind them.
  List<Written> run(Example example, int more, int... tokens) {
    return run(example, more, false, none(), tokens);
  }

  static int[] none() {
    return new int[0];
  }

  /// The same on columns in the middle of wider tensors, with NaN for the tokens in `poisoned`.
  List<Written> run(Example example, int more, boolean views, int[] poisoned, int... tokens) {
    bench.backend.synchronize();
    step(tokens);
    Tensor[] args = new Tensor[example.args().size()];
    Tensor[] bases = new Tensor[args.length];
    for (int i = 0; i < args.length; i++) {
      Arg arg = example.args().get(i);
      if (arg.weight()) {
        args[i] = weight(arg.role());
      } else {
        float[][] content = content(arg, more, poisoned, tokens);
        Bench.View view = views ? bench.view(content) : null;
        bases[i] = view == null ? bench.rows(content) : view.base();
        args[i] = view == null ? bases[i] : view.columns();
      }
    }
    List<float[][]> before = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      before.add(example.args().get(i).written() ? bench.read(bases[i]) : new float[0][]);
    }
    example.call().run(this, args, tokens.length);
    List<Written> written = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      if (example.args().get(i).written()) {
        written.add(new Written(example.args().get(i).role(), before.get(i), bench.read(bases[i])));
      }
    }
    bench.backend.synchronize();
    for (int i = 0; i < args.length; i++) {
      if (!example.args().get(i).weight()) {
        bench.backend.free(bases[i]);
      }
    }
    return written;
  }

  private float[][] content(Arg arg, int more, int[] poisoned, int... tokens) {
    float[][] content = Bench.canaries(Math.max(1, tokens.length + more), arg.width());
    for (int r = 0; r < tokens.length && arg.use() != Arg.Use.WRITTEN; r++) {
      int token = tokens[r];
      if (Arrays.stream(poisoned).anyMatch(bad -> bad == token)) {
        Arrays.fill(content[r], Float.NaN);
      } else {
        content[r] = row(arg.role(), arg.width(), token);
      }
    }
    return content;
  }

  @Override
  public void close() {
    bench.close();
  }
}
