package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// A fused operation and its parts (KRN-16).
final class FusionChecks {
  private FusionChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_16,
            "addRmsNorm has the bits of add and rmsNorm",
            FusionChecks::addRmsNorm,
            "squares of the sum before it was rounded to the activation's type",
            "another order of the squares than in rmsNorm"),
        Check.of(
            Rule.KRN_16,
            "ropeWriteKv has the bits of rope and writeKv",
            FusionChecks::ropeWriteKv,
            "rotated keys stored before they were rounded to the activation's type"));
  }

  private static void addRmsNorm(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject, 2)) {
      bench.require(Operation.ADD, Operation.RMS_NORM);
      InvarianceChecks.requireDeterministic(bench);
      int[][] shapes = {{1, 1, 1}, {3, 37, 37}, {17, 48, 8}, {2, 2049, 2049}, {64, 130, 130}};
      for (int i = 0; i < shapes.length; i++) {
        RandomGenerator random = trial.random(i);
        int rows = shapes[i][0];
        int width = shapes[i][1];
        Tensor weight = bench.row(WeightRole.NORM, Bench.gaussians(random, shapes[i][2]));
        float[][] target = Bench.gaussians(random, rows, width);
        Tensor x = bench.rows(Bench.gaussians(random, rows, width));
        Tensor one = bench.rows(target);
        Tensor two = bench.rows(target);
        Tensor fused = bench.backend.activation(rows, width);
        Tensor parts = bench.backend.activation(rows, width);
        bench.backend.addRmsNorm(fused, one, x, weight, 1e-5f, rows);
        bench.backend.add(two, x, rows);
        bench.backend.rmsNorm(parts, two, weight, 1e-5f, rows);
        String what =
            "addRmsNorm of "
                + rows
                + " rows of "
                + width
                + " in groups of "
                + shapes[i][2]
                + ", and its parts: ";
        Same.bits(what + "target", bench.read(two), bench.read(one));
        Same.bits(what + "out", bench.read(parts), bench.read(fused));
      }
    }
  }

  private static void ropeWriteKv(BackendUnderTest subject, Trial trial) {
    try (Fixture fixture = new Fixture(subject, 2, trial)) {
      Bench bench = fixture.bench;
      bench.require(Operation.ROPE_HALVES, Operation.WRITE_KV);
      InvarianceChecks.requireDeterministic(bench);
      for (int count : new int[] {1, 5, 33}) {
        fixture.step(IntStream.range(0, count).toArray());
        RandomGenerator random = trial.random(count);
        float[][] q = Bench.gaussians(random, count, Fixture.QUERIES);
        float[][] k = Bench.gaussians(random, count, Fixture.KEYS);
        Tensor v = bench.rows(Bench.gaussians(random, count, Fixture.KEYS));
        byte[][][] stored = new byte[2][][];
        float[][][][] left = new float[2][][][];
        for (int turn = 0; turn < 2; turn++) {
          Tensor queries = bench.rows(q);
          Tensor keys = bench.rows(k);
          clear(fixture, count);
          var in = fixture.in;
          if (turn == 0) {
            bench.backend.rope(queries, keys, in, Examples.HALVES);
            bench.backend.writeKv(fixture.kv(), Fixture.SCRATCH_LAYER, keys, v, in);
          } else {
            bench.backend.ropeWriteKv(
                queries, keys, v, fixture.kv(), Fixture.SCRATCH_LAYER, in, Examples.HALVES);
          }
          stored[turn] = bench.exportAll(fixture.kv());
          left[turn] = new float[][][] {bench.read(queries), bench.read(keys)};
        }
        String what = "ropeWriteKv of " + count + " tokens, and its parts: ";
        Same.bits(what + "q", left[0][0], left[1][0]);
        Same.bits(what + "k", left[0][1], left[1][1]);
        Same.bytes(what + "the KV cache", stored[0], stored[1]);
      }
    }
  }

  /// What the turn before stored must not be mistaken for this one's.
  private static void clear(Fixture fixture, int count) {
    Bench bench = fixture.bench;
    Tensor zeros = bench.rows(new float[count][Fixture.KEYS]);
    bench.backend.writeKv(fixture.kv(), Fixture.SCRATCH_LAYER, zeros, zeros, fixture.in);
    bench.backend.free(zeros);
  }
}
