package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.RopeStyle;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.List;
import java.util.random.RandomGenerator;

/// Every operation but attention against the float64 oracle (KRN-1).
final class OperationChecks {
  private static final double MOST_TOLERANCE = 0.1;

  private OperationChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_1,
            "the declared tolerance is a number below 0.1",
            OperationChecks::tolerance,
            "a tolerance of NaN, infinity or 1, within which everything is right"),
        Check.of(
            Rule.KRN_1,
            "products with every weight type, odd shapes, one row and many",
            OperationChecks::products,
            "a block layout read in another order",
            "the tail of outputs or of rows",
            "a product that wrote its operands"),
        Check.of(
            Rule.KRN_1,
            "products of 16,384 terms",
            OperationChecks::longSums,
            "sums in a half precision"),
        Check.of(
            Rule.KRN_1,
            "rows of embeddings of every weight type",
            OperationChecks::embeddings,
            "a block layout read in another order",
            "parts of a weight that are not concatenated by rows"),
        Check.of(
            Rule.KRN_1,
            "norms of rows and of heads, of tiny and of huge numbers",
            OperationChecks::norms,
            "epsilon outside of the root",
            "squares that overflow",
            "groups that are not as wide as the weight"),
        Check.of(
            Rule.KRN_1,
            "siluMultiply from -100 to 100",
            OperationChecks::silu,
            "an exponential of low precision",
            "exp(-gate) that overflows to NaN"),
        Check.of(
            Rule.KRN_1,
            "add and addBias, with biases of F32, F16 and BF16",
            OperationChecks::additions,
            "the bias of the wrong column"),
        Check.of(
            Rule.KRN_1,
            "rope of both styles, at positions up to 131,071",
            OperationChecks::ropes,
            "angles in f32: position times frequency loses the turns",
            "the pairs of the other style",
            "elements behind the rotated ones that change"),
        Check.of(
            Rule.KRN_1,
            "what is uploaded is downloaded, through columns too",
            OperationChecks::roundTrip,
            "a view's width taken as its stride"));
  }

  private static void tolerance(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      double tolerance = bench.can.tolerance();
      Same.require(
          tolerance > 0 && tolerance < MOST_TOLERANCE,
          "capabilities().tolerance() is "
              + tolerance
              + "; it must be above 0 and below 0.1 to promise anything");
    }
  }

  private static void products(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject, 2)) {
      bench.require(Operation.MATMUL);
      for (DType type : bench.weightTypes()) {
        int unit = type.blockElements();
        int[][] shapes =
            unit == 1
                ? new int[][] {{1, 1, 1}, {1, 37, 5}, {33, 1, 3}, {65, 70, 9}, {31, 129, 17}}
                : new int[][] {{1, unit, 1}, {33, unit, 3}, {65, 3 * unit, 9}, {31, unit, 17}};
        for (int i = 0; i < shapes.length; i++) {
          RandomGenerator random = trial.random(31 * type.ordinal() + i);
          int rows = shapes[i][0];
          Weight weight = Weight.random(random, type, rows, shapes[i][1], Math.max(1, rows / 3));
          product(bench, weight, Bench.gaussians(random, shapes[i][2], shapes[i][1]));
        }
      }
    }
  }

  private static void longSums(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      bench.require(Operation.MATMUL);
      for (DType type : bench.weightTypes()) {
        RandomGenerator random = trial.random(type.ordinal());
        Weight weight = Weight.random(random, type, 5, 16384);
        product(bench, weight, Bench.gaussians(random, 2, 16384));
      }
    }
  }

  private static void product(Bench bench, Weight weight, float[][] x) {
    if (weight.rows() < 8) {
      // no cancellation in the first output, by which the error of a narrow row is measured
      for (float[] row : x) {
        for (int k = 0; k < row.length; k++) {
          row[k] = (float) Math.copySign(row[k], weight.values()[0][k]);
        }
      }
    }
    Tensor matrix = bench.load(weight, WeightRole.MATRIX);
    Tensor in = bench.rows(x);
    Tensor out = bench.backend.activation(x.length, weight.rows());
    float[][] held = bench.read(in);
    bench.backend.matmul(out, in, matrix, x.length);
    String what =
        "matmul of "
            + x.length
            + " rows by a "
            + weight.type()
            + " weight of "
            + weight.rows()
            + " x "
            + weight.width();
    Same.within(what, bench.can.tolerance(), Oracle.matmul(held, weight.values()), bench.read(out));
    Same.bits(what + " changed its operand", held, bench.read(in));
    bench.backend.free(matrix);
    bench.backend.free(in);
    bench.backend.free(out);
  }

  private static void embeddings(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      bench.require(Operation.EMBED);
      for (DType type : bench.weightTypes()) {
        int width = type.blockElements() == 1 ? 45 : 2 * type.blockElements();
        Weight weight = Weight.random(trial.random(type.ordinal()), type, 71, width, 20);
        Tensor table = bench.load(weight, WeightRole.EMBEDDING);
        int[] ids = {0, 70, 31, 32, 33, 19, 20, 70, 64};
        Tensor out = bench.backend.activation(ids.length, width);
        bench.backend.embed(out, table, bench.tokens(ids, new int[ids.length]));
        double[][] expected = new double[ids.length][];
        for (int i = 0; i < ids.length; i++) {
          expected[i] = weight.values()[ids[i]];
        }
        Same.within(
            "embed of " + type + " rows " + java.util.Arrays.toString(ids),
            bench.can.tolerance(),
            expected,
            bench.read(out));
      }
    }
  }

  private static void norms(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      bench.require(Operation.RMS_NORM);
      int[][] shapes = {{1, 1}, {7, 7}, {45, 45}, {2049, 2049}, {48, 8}, {30, 10}};
      float[] sizes = {1f, 1e-4f, 1e4f};
      for (int i = 0; i < shapes.length; i++) {
        RandomGenerator random = trial.random(i);
        float[] factors = Bench.gaussians(random, shapes[i][1]);
        Tensor weight = bench.row(WeightRole.NORM, factors);
        for (float size : sizes) {
          float[][] values = Bench.gaussians(random, 5, shapes[i][0]);
          for (float[] row : values) {
            for (int k = 0; k < row.length; k++) {
              row[k] *= size;
            }
          }
          Tensor x = bench.rows(values);
          float[][] held = bench.read(x);
          String what = "rmsNorm of rows of " + shapes[i][0] + " in groups of " + shapes[i][1];
          double[][] expected = Oracle.rmsNorm(Oracle.exactly(held), factors, 1e-5f);
          Tensor out = bench.backend.activation(5, shapes[i][0]);
          bench.backend.rmsNorm(out, x, weight, 1e-5f, 5);
          Same.within(what, bench.can.tolerance(), expected, bench.read(out));
          Same.bits(what + " changed its operand", held, bench.read(x));
          bench.backend.rmsNorm(x, x, weight, 1e-5f, 5);
          Same.within(what + ", in place", bench.can.tolerance(), expected, bench.read(x));
        }
      }
    }
  }

  private static void silu(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      bench.require(Operation.SILU_MULTIPLY);
      for (int width : new int[] {1, 67}) {
        // each row of another size, so that small results are judged by their own measure
        float[][] gates = new float[24][width];
        for (int r = 0; r < gates.length; r++) {
          for (int i = 0; i < width; i++) {
            gates[r][i] = (r - 12) * 8.33f + i * 0.011f;
          }
        }
        Tensor gate = bench.rows(gates);
        Tensor up = bench.rows(Bench.gaussians(trial.random(width), 24, width));
        Tensor out = bench.backend.activation(24, width);
        double[][] expected = Oracle.siluMultiply(bench.read(gate), bench.read(up));
        for (int r = 0; r < expected.length; r++) {
          // far below what a normal f32 holds, nothing is promised
          double largest = java.util.Arrays.stream(expected[r]).map(Math::abs).max().orElse(0);
          if (largest < 1e-30) {
            expected[r] = new double[0];
          }
        }
        bench.backend.siluMultiply(out, gate, up, 24);
        Same.within(
            "siluMultiply of gates around (row - 12) * 8.33",
            bench.can.tolerance(),
            expected,
            bench.read(out));
        bench.backend.siluMultiply(gate, gate, up, 24);
        Same.within("siluMultiply in place", bench.can.tolerance(), expected, bench.read(gate));
      }
    }
  }

  private static void additions(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      for (int width : new int[] {1, 7, 131}) {
        float[][] a = Bench.gaussians(trial.random(width), 6, width);
        if (bench.does(Operation.ADD)) {
          Tensor target = bench.rows(a);
          Tensor x = bench.rows(Bench.gaussians(trial.random(1000 + width), 6, width));
          double[][] expected = Oracle.sum(bench.read(target), bench.read(x));
          bench.backend.add(target, x, 6);
          Same.within(
              "add of rows of " + width, bench.can.tolerance(), expected, bench.read(target));
        }
        if (bench.does(Operation.ADD_BIAS)) {
          for (DType type : List.of(DType.F32, DType.F16, DType.BF16)) {
            Weight weight = Weight.random(trial.random(type.ordinal()), type, 1, width);
            float[][] values = new float[1][width];
            for (int i = 0; i < width; i++) {
              values[0][i] = (float) weight.values()[0][i];
            }
            Tensor bias = bench.load(weight, WeightRole.BIAS);
            Tensor target = bench.rows(a);
            double[][] expected = Oracle.sum(bench.read(target), values);
            bench.backend.addBias(target, bias, 6);
            Same.within(
                "addBias of " + type + ", " + width + " wide",
                bench.can.tolerance(),
                expected,
                bench.read(target));
          }
        }
      }
    }
  }

  private static void ropes(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      int[] positions = {0, 1, 5000, 4999, 32767, 131071, 5000};
      StepInputs in = bench.tokens(new int[positions.length], positions);
      for (RopeStyle style : RopeStyle.values()) {
        Operation needs =
            style == RopeStyle.HALVES ? Operation.ROPE_HALVES : Operation.ROPE_INTERLEAVED;
        if (bench.does(needs)) {
          for (int[] shape : new int[][] {{2, 1}, {10, 5}, {10, 3}, {64, 32}}) {
            double[] frequencies = new double[shape[1]];
            for (int i = 0; i < shape[1]; i++) {
              frequencies[i] = Math.pow(10000, -(double) i / shape[1]);
            }
            float magnitude = shape[1] == 5 ? 1.19f : 1f;
            RopeParams params = new RopeParams(shape[0], style, magnitude, frequencies);
            rope(bench, trial, in, positions, params);
          }
        }
      }
    }
  }

  private static void rope(
      Bench bench, Trial trial, StepInputs in, int[] positions, RopeParams params) {
    int dim = params.headDim();
    Tensor q = bench.rows(Bench.gaussians(trial.random(dim), positions.length, 3 * dim));
    Tensor k = bench.rows(Bench.gaussians(trial.random(dim + 1), positions.length, dim));
    double[][] queries = Oracle.rope(bench.read(q), positions, params);
    double[][] keys = Oracle.rope(bench.read(k), positions, params);
    bench.backend.rope(q, k, in, params);
    String what =
        "rope of "
            + params.style()
            + ", "
            + params.pairs()
            + " pairs of heads of "
            + dim
            + ", at positions "
            + java.util.Arrays.toString(positions)
            + ", ";
    Same.within(what + "q", bench.can.tolerance(), queries, bench.read(q));
    Same.within(what + "k", bench.can.tolerance(), keys, bench.read(k));
  }

  private static void roundTrip(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      float[][] values = Bench.gaussians(trial.random(), 7, 13);
      Tensor base = bench.rows(values);
      Same.within(
          "7 rows of 13 uploaded and downloaded",
          bench.can.tolerance(),
          Oracle.exactly(values),
          bench.read(base));
      Tensor view = bench.backend.columns(bench.backend.columns(base, 2, 9), 1, 5);
      float[][] part = Bench.gaussians(trial.random(1), 7, 5);
      bench.upload(view, part);
      for (int r = 0; r < 7; r++) {
        System.arraycopy(part[r], 0, values[r], 3, 5);
      }
      Same.within(
          "columns [1, 6) of columns [2, 11) of 13, uploaded, and the whole downloaded",
          bench.can.tolerance(),
          Oracle.exactly(values),
          bench.read(base));
      Same.within(
          "the same columns downloaded, 3 rows from the fourth",
          bench.can.tolerance(),
          Oracle.exactly(java.util.Arrays.copyOfRange(part, 3, 6)),
          bench.read(view, 3, 3));
      Tensor fresh = bench.backend.activation(3, 5);
      Same.bits("a new activation is zeroed", new float[3][5], bench.read(fresh));
    }
  }
}
