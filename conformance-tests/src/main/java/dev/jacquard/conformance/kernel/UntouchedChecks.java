package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.kernel.Fixture.Written;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/// What an operation was not asked to write stays as it was (KRN-2).
final class UntouchedChecks {
  private UntouchedChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_2,
            "rows beyond those asked for keep their canaries",
            (subject, trial) -> rows(subject, trial, false),
            "a kernel that works in tiles of rows and stores the whole tile",
            "covering tensor.rows() instead of `rows`, or the step's maximum instead of tokens()"),
        Check.of(
            Rule.KRN_2,
            "through `columns`, the rows and columns around keep their canaries",
            (subject, trial) -> rows(subject, trial, true),
            "a view's width taken as its stride",
            "vector stores that run over the end of a row"),
        Check.of(
            Rule.KRN_2,
            "gatherRows leaves rows beyond the step's outputs alone",
            UntouchedChecks::outputs,
            "gathering tokens() rows instead of outputs()"));
  }

  private static void rows(BackendUnderTest subject, Trial trial, boolean views) {
    try (Fixture fixture = new Fixture(subject, 2, trial)) {
      for (Example example : fixture.examples) {
        for (int count : new int[] {0, 1, 5, 13}) {
          int[] tokens = IntStream.range(0, count).toArray();
          for (Written written : fixture.run(example, 3, views, Fixture.none(), tokens)) {
            check(example, written, count, views ? 3 : 0, example.arg(written.role()).width());
          }
        }
      }
    }
  }

  private static void check(Example example, Written written, int count, int from, int width) {
    for (int r = 0; r < written.before().length; r++) {
      for (int i = 0; i < written.before()[r].length; i++) {
        boolean mine = r < count && i >= from && i < from + width;
        float before = written.before()[r][i];
        float after = written.after()[r][i];
        Same.require(
            mine || Float.floatToRawIntBits(before) == Float.floatToRawIntBits(after),
            example.name()
                + " was asked for "
                + count
                + " rows of "
                + written.role()
                + ", columns ["
                + from
                + ", "
                + (from + width)
                + "), and wrote row "
                + r
                + ", column "
                + i
                + ": "
                + after
                + " instead of "
                + before);
      }
    }
  }

  private static void outputs(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      bench.require(Operation.GATHER_ROWS);
      StepInputs in = bench.tokens(new int[5], new int[5]);
      in.addOutput(4);
      in.addOutput(1);
      Tensor x = bench.rows(Bench.gaussians(trial.random(), 5, 11));
      Tensor out = bench.rows(Bench.canaries(5, 11));
      float[][] canaries = bench.read(out);
      float[][] rows = bench.read(x);
      bench.backend.gatherRows(out, x, in);
      float[][] seen = bench.read(out);
      String what = "gatherRows of 2 outputs out of 5 tokens wrote, of 5 rows, the wrong ones";
      Same.bits(what + ", row 0", rows[4], seen[0]);
      Same.bits(what + ", row 1", rows[1], seen[1]);
      for (int r = 2; r < 5; r++) {
        Same.bits(what + ", row " + r, canaries[r], seen[r]);
      }
    }
  }
}
