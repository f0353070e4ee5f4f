package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.BackendCapabilities;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.SamplingColumns;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;

/// What a backend says of itself is so (KRN-8, KRN-20, KRN-21).
final class DeclarationChecks {
  private static final int LEAST_PROSE = 40;
  private static final Set<DType> KV_TYPES = Set.of(DType.F32, DType.F16, DType.BF16);

  private DeclarationChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_8,
            "capabilities are the same at each call and make sense",
            DeclarationChecks::stable,
            "a set that is filled by and by"),
        Check.of(
            Rule.KRN_8,
            "every declared type of weight and KV loads, every other one is refused by name",
            DeclarationChecks::types,
            "a declared type whose kernel is missing",
            "an unknown type read as another one"),
        Check.of(
            Rule.KRN_8,
            "norms and biases load as F32, F16 and BF16",
            DeclarationChecks::rows,
            "norms in F32 only"),
        Check.of(
            Rule.KRN_8,
            "every declared operation runs, every other one is refused",
            DeclarationChecks::operations,
            "an operation that is declared and throws",
            "an operation that does nothing instead of refusing"),
        Check.of(
            Rule.KRN_8,
            "sample is refused unless declared; declared, it finds the largest logit",
            DeclarationChecks::sample,
            "SAMPLE declared, and `sample` not implemented"),
        Check.of(
            Rule.KRN_20,
            "orderOfSums says in prose in which order the backend sums",
            DeclarationChecks::order,
            "orderOfSums not overridden"),
        Check.of(
            Rule.KRN_21,
            "a backend that nobody configured is deterministic and batch invariant",
            DeclarationChecks::usualMode,
            "a fast mode that is on unless it is switched off",
            "the kit was run with the key that switches the fast mode on"));
  }

  private static void stable(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      BackendCapabilities again = bench.backend.capabilities();
      Same.require(
          again.equals(bench.can), "capabilities() said " + bench.can + " first and then " + again);
      Same.require(!bench.can.device().isBlank(), "capabilities().device() is blank");
      Same.require(
          KV_TYPES.containsAll(bench.can.kvTypes()),
          "KV can be F32, F16 or BF16; capabilities().kvTypes() is " + bench.can.kvTypes());
      Same.require(
          !bench.can.weightTypes().contains(DType.I32),
          "capabilities().weightTypes() holds I32, which no weight is of");
    }
  }

  static void unsupported(String what, Runnable call, String... named) {
    try {
      call.run();
    } catch (BackendException e) {
      Same.require(
          e.code() == StandardErrorCode.UNSUPPORTED_OPERATION,
          what + " must be refused with unsupported-operation, the code is " + e.code().code());
      for (String name : named) {
        Same.require(
            e.getMessage() != null && e.getMessage().contains(name),
            what
                + " must be refused by name; the message has no `"
                + name
                + "`: "
                + e.getMessage());
      }
      return;
    } catch (RuntimeException e) {
      throw new AssertionError(
          what
              + " must be refused with a BackendException of code unsupported-operation, it threw "
              + e,
          e);
    }
    throw new AssertionError(
        what
            + " must be refused with a BackendException of code unsupported-operation; it was accepted");
  }

  private static WeightSpec spec(DType type, WeightRole role) {
    int width = type.blockElements();
    if (type == DType.I32) {
      MemorySegment bytes = Arena.ofAuto().allocate(4L * width, 64);
      return new WeightSpec("the odd weight", role, false, type, 1, width, List.of(bytes));
    }
    return Weight.random(new java.util.SplittableRandom(1), type, 1, width)
        .spec(role, "the odd weight");
  }

  private static void types(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      for (DType type : DType.values()) {
        for (WeightRole role : List.of(WeightRole.MATRIX, WeightRole.EMBEDDING)) {
          String what = "loading a " + role + " of type " + type;
          if (bench.can.weightTypes().contains(type)) {
            Tensor made =
                works(
                    what + ", which is declared,",
                    () -> bench.backend.loadWeight(spec(type, role)));
            Same.require(
                made.rows() == 1 && made.width() == type.blockElements(),
                what + " gave a tensor of " + made.rows() + " x " + made.width());
          } else {
            unsupported(
                what + ", which is not declared,",
                () -> bench.backend.loadWeight(spec(type, role)),
                "the odd weight",
                type.name());
          }
        }
        if (bench.does(Operation.WRITE_KV)) {
          KvCacheLayout layout = new KvCacheLayout(1, 1, 32, 4, type);
          if (bench.can.kvTypes().contains(type)) {
            works(
                "KV of type " + type + ", which is declared,",
                () -> bench.backend.allocateKvCache(layout, 2, 0));
          } else if (type.blockElements() == 1) {
            unsupported(
                "KV of type " + type + ", which is not declared,",
                () -> bench.backend.allocateKvCache(layout, 2, 0),
                type.name());
          }
        }
      }
    }
  }

  private static <T> T works(String what, java.util.function.Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      throw new AssertionError(what + " threw " + e, e);
    }
  }

  private static void rows(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      for (DType type : KV_TYPES) {
        Weight weight = Weight.random(trial.random(), type, 1, 9);
        Tensor norm =
            works("loading a NORM of type " + type, () -> bench.load(weight, WeightRole.NORM));
        works("loading a BIAS of type " + type, () -> bench.load(weight, WeightRole.BIAS));
        if (bench.does(Operation.RMS_NORM)) {
          float[] factors = new float[9];
          for (int i = 0; i < 9; i++) {
            factors[i] = (float) weight.values()[0][i];
          }
          Tensor x = bench.rows(Bench.gaussians(trial.random(1), 2, 9));
          double[][] expected = Oracle.rmsNorm(Oracle.exactly(bench.read(x)), factors, 1e-5f);
          bench.backend.rmsNorm(x, x, norm, 1e-5f, 2);
          Same.within(
              "rmsNorm with factors of type " + type,
              bench.can.tolerance(),
              expected,
              bench.read(x));
        }
      }
    }
  }

  private static void operations(BackendUnderTest subject, Trial trial) {
    try (Fixture fixture = new Fixture(subject, 1, trial)) {
      for (Example example : Examples.all(fixture.width)) {
        if (fixture.examples.contains(example)) {
          works(example.name() + ", which is declared,", () -> fixture.run(example, 0, 0, 1, 2));
        } else if (example.needs().size() == 1
            && !fixture.bench.does(example.needs().getFirst())
            && !example.needs().contains(Operation.WRITE_KV)) {
          unsupported(
              example.name() + ", which is not declared,", () -> fixture.run(example, 0, 0, 1, 2));
        }
      }
      AttentionVariants.check(fixture);
    }
  }

  private static void sample(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      float[][] values = Bench.gaussians(trial.random(), 3, 17);
      Tensor logits = bench.rows(values);
      MemorySegment into = bench.backend.allocateStaging(4 * 3);
      SamplingColumns columns = new SamplingColumns(3);
      for (int row = 0; row < 3; row++) {
        columns.set(row, 0, 1, 0, 0, 1, 5);
      }
      if (!bench.does(Operation.SAMPLE)) {
        unsupported(
            "sample, which is not declared,", () -> bench.backend.sample(into, logits, columns, 3));
        return;
      }
      works(
          "sample, which is declared,",
          () -> {
            bench.backend.sample(into, logits, columns, 3);
            bench.backend.synchronize();
            return into;
          });
      for (int row = 0; row < 3; row++) {
        int best = 0;
        for (int i = 1; i < 17; i++) {
          best = values[row][i] > values[row][best] ? i : best;
        }
        int seen = into.getAtIndex(ValueLayout.JAVA_INT, row);
        Same.require(
            seen == best,
            "sample at temperature 0: row "
                + row
                + " has its largest logit at "
                + best
                + ", it chose "
                + seen);
      }
    }
  }

  private static void order(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      String text = bench.backend.orderOfSums();
      Same.require(
          text != null && text.strip().length() >= LEAST_PROSE && text.strip().contains(" "),
          "orderOfSums() must say in prose in which order the backend sums (products, norms,"
              + " attention); it says `"
              + text
              + "`");
    }
  }

  private static void usualMode(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      Same.require(
          bench.can.deterministic() && bench.can.batchInvariant(),
          "outside a fast mode that was asked for, a backend declares deterministic and"
              + " batchInvariant; this one says deterministic="
              + bench.can.deterministic()
              + ", batchInvariant="
              + bench.can.batchInvariant());
    }
  }
}
