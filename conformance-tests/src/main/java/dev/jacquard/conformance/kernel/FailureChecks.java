package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.kernel.Fixture.Written;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.BackendException.Severity;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.ArrayList;
import java.util.List;

/// What a failure cost, as far as failures can be provoked from outside (KRN-12).
final class FailureChecks {
  private FailureChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_12,
            "after a failure that says STEP_FAILED, the backend computes what it computed before",
            FailureChecks::usable,
            "a severity that is always the same",
            "state that the failed call left half changed"),
        Check.of(
            Rule.KRN_12,
            "close works after failures, and twice",
            FailureChecks::closes,
            "a close that frees what was never taken"),
        Check.of(
            Rule.KRN_12,
            "nothing is left of a backend that failed and was closed: the next one works",
            FailureChecks::next,
            "state shared by all backends of the process"));
  }

  /// Every failure that can be had from outside.
  private static List<BackendException> provokeAll(Bench bench) {
    List<BackendException> failures = new ArrayList<>();
    provoke(failures, () -> bench.backend.activation(1 << 24, 1 << 24));
    provoke(failures, () -> bench.backend.allocateStaging(1L << 55));
    if (!bench.kvTypes().isEmpty()) {
      KvCacheLayout huge =
          new KvCacheLayout(1 << 10, 1 << 7, 1 << 8, 1 << 8, bench.kvTypes().getFirst());
      provoke(failures, () -> bench.backend.allocateKvCache(huge, 1 << 20, 0));
    }
    for (DType type : DType.values()) {
      if (type != DType.I32 && !bench.can.weightTypes().contains(type)) {
        Weight weight =
            Weight.random(new java.util.SplittableRandom(1), type, 1, type.blockElements());
        provoke(failures, () -> bench.load(weight, WeightRole.MATRIX));
      }
    }
    if (failures.isEmpty()) {
      throw new NotApplicable("no failure could be provoked from outside");
    }
    return failures;
  }

  private static void provoke(List<BackendException> failures, Runnable call) {
    try {
      call.run();
    } catch (BackendException e) {
      failures.add(e);
    } catch (RuntimeException | OutOfMemoryError e) {
      // KRN-8 and KRN-11 have something to say about that
    }
  }

  private static void usable(BackendUnderTest subject, Trial trial) {
    try (Fixture fixture = new Fixture(subject, 2, trial)) {
      List<List<Written>> before = new ArrayList<>();
      for (Example example : fixture.examples) {
        before.add(fixture.run(example, 0, 0, 1, 2, 3, 4));
      }
      for (BackendException failure : provokeAll(fixture.bench)) {
        Same.require(
            failure.severity() == Severity.STEP_FAILED,
            "a refused request for memory or of an unknown type costs nothing; its severity is "
                + failure.severity()
                + ": "
                + failure.getMessage());
      }
      for (int i = 0; i < before.size(); i++) {
        Example example = fixture.examples.get(i);
        List<Written> after;
        try {
          after = fixture.run(example, 0, 0, 1, 2, 3, 4);
        } catch (RuntimeException e) {
          throw new AssertionError(
              "failures said STEP_FAILED, so the backend can be used on; "
                  + example.name()
                  + " then threw "
                  + e,
              e);
        }
        for (int w = 0; w < after.size(); w++) {
          compare(fixture.bench, example, before.get(i).get(w), after.get(w));
        }
      }
    }
  }

  private static void compare(Bench bench, Example example, Written before, Written after) {
    String what = example.name() + " before and after failures that said STEP_FAILED";
    if (bench.can.deterministic()) {
      Same.bits(what, before.after(), after.after());
    } else {
      Same.within(what, 2 * bench.can.tolerance(), Oracle.exactly(before.after()), after.after());
    }
  }

  private static void close(Bench bench, String when) {
    try {
      bench.backend.close();
    } catch (RuntimeException e) {
      throw new AssertionError("close " + when + " threw " + e, e);
    }
  }

  private static void closes(BackendUnderTest subject, Trial trial) {
    Bench fresh = Bench.open(subject);
    close(fresh, "of a backend that did nothing");
    close(fresh, "for the second time");
    Bench bench = Bench.open(subject);
    Tensor tensor = bench.rows(Bench.gaussians(trial.random(), 3, 4));
    provokeAll(bench);
    try {
      bench.backend.matmul(tensor, tensor, tensor, 99);
    } catch (RuntimeException e) {
      // whatever it is, close must work
    }
    close(bench, "after failures");
    close(bench, "after failures, for the second time");
  }

  private static void next(BackendUnderTest subject, Trial trial) {
    try (Fixture fixture = new Fixture(subject, 1, trial)) {
      List<List<Written>> before = new ArrayList<>();
      for (Example example : fixture.examples) {
        before.add(fixture.run(example, 0, 0, 1, 2));
      }
      Bench failed = Bench.open(subject);
      provokeAll(failed);
      close(failed, "after failures");
      try (Fixture other = new Fixture(subject, 1, trial)) {
        for (int i = 0; i < before.size(); i++) {
          Example example = fixture.examples.get(i);
          List<Written> mine = fixture.run(example, 0, 0, 1, 2);
          List<Written> theirs = other.run(example, 0, 0, 1, 2);
          for (int w = 0; w < mine.size(); w++) {
            compare(fixture.bench, example, before.get(i).get(w), mine.get(w));
            compare(fixture.bench, example, before.get(i).get(w), theirs.get(w));
          }
        }
      }
    }
  }
}
