package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.kernel.Fixture.Written;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The same bits: again, in another batch, on other threads, fused or not (KRN-9, KRN-10, KRN-16).
final class InvarianceChecks {
  private static final int[] SIZES = {1, 2, 3, 4, 7, 8, 9, 16, 17, 33, 64};

  private InvarianceChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_9,
            "every operation gives the same bits again, in the same backend and in a new one",
            InvarianceChecks::again,
            "atomic additions on floats",
            "work that threads take in the order they happen to come, summed in that order"),
        Check.of(
            Rule.KRN_10,
            "a row alone has the bits it has in batches of up to 64, at every place",
            InvarianceChecks::rowAlone,
            "another kernel for one row than for many",
            "a sum whose order depends on the number of rows"),
        Check.of(
            Rule.KRN_10,
            "products of every weight type have the same bits in batches of 1 to 64",
            InvarianceChecks::products,
            "a matrix-vector kernel that sums in another order than the matrix-matrix kernel",
            "split-K chosen by batch size"),
        Check.of(
            Rule.KRN_10,
            "rows of NaN do not show in their neighbours",
            InvarianceChecks::poison,
            "padding or masking by multiplication with zero",
            "one scale for several rows"),
        Check.of(
            Rule.KRN_10,
            "1, 2 and 4 threads give the same bits",
            InvarianceChecks::threads,
            "partial sums by thread"));
  }

  static void requireDeterministic(Bench bench) {
    if (!bench.can.deterministic()) {
      throw bench.lacks("deterministic");
    }
  }

  static void requireInvariant(Bench bench) {
    if (!bench.can.batchInvariant()) {
      throw bench.lacks("batchInvariant");
    }
  }

  private static void again(BackendUnderTest subject, Trial trial) {
    int[] tokens = IntStream.range(0, 33).toArray();
    try (Fixture one = new Fixture(subject, 4, trial);
        Fixture two = new Fixture(subject, 4, trial)) {
      requireDeterministic(one.bench);
      for (Example example : one.examples) {
        List<Written> first = one.run(example, 0, tokens);
        for (int round = 0; round < trial.rounds(3, 20); round++) {
          same(example.name() + " once more, the same call", first, one.run(example, 0, tokens));
        }
        same(example.name() + " in a second backend", first, two.run(example, 0, tokens));
      }
    }
  }

  private static void same(String what, List<Written> expected, List<Written> seen) {
    for (int i = 0; i < expected.size(); i++) {
      Written was = expected.get(i);
      Same.bits(what + ", " + was.role(), was.after(), seen.get(i).after());
    }
  }

  private static void rowAlone(BackendUnderTest subject, Trial trial) {
    try (Fixture fixture = new Fixture(subject, 1, trial)) {
      requireInvariant(fixture.bench);
      for (Example example : fixture.examples) {
        List<List<Written>> alone = new ArrayList<>();
        for (int token = 0; token < Fixture.MOST; token++) {
          alone.add(fixture.run(example, 0, token));
        }
        for (int size : SIZES) {
          int turns = Math.min(size, trial.rounds(size <= 9 ? 9 : 2, 64));
          for (int turn = 0; turn < turns; turn++) {
            compare(example, fixture, alone, size, turn * size / turns, NONE);
          }
        }
      }
    }
  }

  private static final int[] NONE = {};

  private static void compare(
      Example example,
      Fixture fixture,
      List<List<Written>> alone,
      int size,
      int turn,
      int[] poisoned) {
    int[] tokens = IntStream.range(0, size).map(i -> (i + turn) % size).toArray();
    List<Written> batch = fixture.run(example, 0, false, poisoned, tokens);
    boolean backwards = example.name().equals("gatherRows");
    for (int i = 0; i < batch.size(); i++) {
      for (int place = 0; place < size; place++) {
        int token = tokens[backwards ? size - 1 - place : place];
        if (Arrays.stream(poisoned).noneMatch(bad -> bad == token)) {
          Same.bits(
              example.name()
                  + (poisoned.length == 0
                      ? ": a row alone, and as number "
                      : ": a row alone, and among rows of NaN as number ")
                  + place
                  + " of "
                  + size
                  + ", "
                  + batch.get(i).role(),
              alone.get(token).get(i).after()[0],
              batch.get(i).after()[place]);
        }
      }
    }
  }

  private static void poison(BackendUnderTest subject, Trial trial) {
    try (Fixture fixture = new Fixture(subject, 1, trial)) {
      requireInvariant(fixture.bench);
      for (Example example : fixture.examples) {
        List<List<Written>> alone = new ArrayList<>();
        for (int token = 0; token < 9; token++) {
          alone.add(fixture.run(example, 0, token));
        }
        for (int keep = 0; keep < 9; keep += 4) {
          int kept = keep;
          int[] poisoned = IntStream.range(0, 9).filter(token -> token != kept).toArray();
          compare(example, fixture, alone, 9, 0, poisoned);
        }
      }
    }
  }

  private static void products(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject, 2)) {
      bench.require(Operation.MATMUL);
      requireInvariant(bench);
      for (DType type : bench.weightTypes()) {
        int width = type.blockElements() == 1 ? 261 : 512;
        Weight weight = Weight.random(trial.random(type.ordinal()), type, 70, width);
        Tensor matrix = bench.load(weight, WeightRole.MATRIX);
        float[][] x = Bench.gaussians(trial.random(100 + type.ordinal()), 64, width);
        float[][] alone = new float[64][];
        for (int r = 0; r < 64; r++) {
          alone[r] = product(bench, matrix, new float[][] {x[r]})[0];
        }
        for (int size : SIZES) {
          float[][] batch = Arrays.copyOfRange(x, 64 - size, 64);
          float[][] out = product(bench, matrix, batch);
          for (int r = 0; r < size; r++) {
            Same.bits(
                "matmul of " + type + ": a row alone, and as number " + r + " of " + size,
                alone[64 - size + r],
                out[r]);
          }
        }
      }
    }
  }

  static float[][] product(Bench bench, Tensor matrix, float[][] x) {
    Tensor in = bench.rows(x);
    Tensor out = bench.backend.activation(x.length, matrix.rows());
    bench.backend.matmul(out, in, matrix, x.length);
    float[][] read = bench.read(out);
    bench.backend.free(in);
    bench.backend.free(out);
    return read;
  }

  private static void threads(BackendUnderTest subject, Trial trial) {
    int[] tokens = IntStream.range(0, 64).toArray();
    try (Fixture one = new Fixture(subject, 1, trial)) {
      requireInvariant(one.bench);
      List<List<Written>> expected = new ArrayList<>();
      for (Example example : one.examples) {
        expected.add(one.run(example, 0, tokens));
      }
      for (int threads : new int[] {2, 4}) {
        try (Fixture many = new Fixture(subject, threads, trial)) {
          for (int i = 0; i < expected.size(); i++) {
            Example example = many.examples.get(i);
            same(
                example.name() + " on " + threads + " threads instead of one",
                expected.get(i),
                many.run(example, 0, tokens));
          }
        }
      }
    }
  }
}
