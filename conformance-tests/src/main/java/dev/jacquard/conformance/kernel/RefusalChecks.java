package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What must be refused before anything runs (KRN-3).
final class RefusalChecks {
  private static final int ROWS = 3;

  private RefusalChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_3,
            "tensors of another backend are refused by every operation",
            (subject, trial) -> each(subject, trial, Fault.FOREIGN),
            "no check of the owner"),
        Check.of(
            Rule.KRN_3,
            "freed tensors are refused by every operation",
            (subject, trial) -> each(subject, trial, Fault.FREED),
            "no mark of the freed tensor"),
        Check.of(
            Rule.KRN_3,
            "views whose base was freed are refused by every operation",
            (subject, trial) -> each(subject, trial, Fault.VIEW_OF_FREED),
            "a view that does not know its base"),
        Check.of(
            Rule.KRN_3,
            "tensors of a wrong width or with too few rows are refused by every operation",
            (subject, trial) -> {
              each(subject, trial, Fault.TOO_WIDE);
              each(subject, trial, Fault.TOO_FEW_ROWS);
            },
            "shapes that are read off one argument and not compared with the others"),
        Check.of(
            Rule.KRN_3,
            "free, columns, uploadRows and downloadRows refuse what is dead or not theirs",
            RefusalChecks::cold,
            "a second free that is let through"));
  }

  /// What is wrong with one argument.
  private enum Fault {
    FOREIGN,
    FREED,
    VIEW_OF_FREED,
    TOO_WIDE,
    TOO_FEW_ROWS
  }

  private static void each(BackendUnderTest subject, Trial trial, Fault fault) {
    try (Fixture fixture = new Fixture(subject, 1, trial);
        Bench other = Bench.open(subject)) {
      fixture.step(IntStream.range(0, ROWS).toArray());
      for (Example example : fixture.examples) {
        for (int i = 0; i < example.args().size(); i++) {
          Tensor bad = broken(fixture, other, example.args().get(i), fault);
          if (bad != null) {
            refused(fixture, example, i, bad, fault);
          }
        }
      }
    }
  }

  private static @Nullable Tensor broken(Fixture fixture, Bench other, Arg arg, Fault fault) {
    Bench bench = fixture.bench;
    if (arg.weight()) {
      Tensor right = fixture.weight(arg.role());
      return switch (fault) {
        case FOREIGN -> weight(other, arg, right, right.width());
        case FREED -> {
          Tensor weight = weight(bench, arg, right, right.width());
          bench.backend.free(weight);
          yield weight;
        }
        // a narrower norm may stand for groups, a wider one fits nothing
        case TOO_WIDE -> weight(bench, arg, right, 2 * right.width() + wider(bench, right));
        case VIEW_OF_FREED, TOO_FEW_ROWS -> null;
      };
    }
    return switch (fault) {
      case FOREIGN -> other.backend.activation(ROWS, arg.width());
      case FREED -> {
        Tensor made = bench.backend.activation(ROWS, arg.width());
        bench.backend.free(made);
        yield made;
      }
      case VIEW_OF_FREED -> {
        Tensor base = bench.backend.activation(ROWS, arg.width() + 2);
        Tensor view =
            bench.backend.columns(bench.backend.columns(base, 1, arg.width() + 1), 0, arg.width());
        bench.backend.free(base);
        yield view;
      }
      case TOO_WIDE -> bench.backend.activation(ROWS, arg.width() + 1);
      case TOO_FEW_ROWS -> bench.backend.activation(ROWS - 1, arg.width());
    };
  }

  private static int wider(Bench bench, Tensor weight) {
    return weight.rows() == 1 ? 1 : bench.weightTypes().getFirst().blockElements();
  }

  private static Tensor weight(Bench bench, Arg arg, Tensor like, int width) {
    if (like.rows() == 1) {
      return bench.row(
          arg.role().equals("bias") ? WeightRole.BIAS : WeightRole.NORM, new float[width]);
    }
    Weight weight =
        Weight.random(
            new java.util.SplittableRandom(1), bench.weightTypes().getFirst(), like.rows(), width);
    return bench.load(
        weight, arg.role().equals("table") ? WeightRole.EMBEDDING : WeightRole.MATRIX);
  }

  private static void refused(Fixture fixture, Example example, int at, Tensor bad, Fault fault) {
    Bench bench = fixture.bench;
    Tensor[] args = new Tensor[example.args().size()];
    float[][][] before = new float[args.length][][];
    for (int i = 0; i < args.length; i++) {
      Arg arg = example.args().get(i);
      if (i == at) {
        args[i] = bad;
      } else if (arg.weight()) {
        args[i] = fixture.weight(arg.role());
      } else {
        args[i] = bench.rows(new float[ROWS][arg.width()]);
        before[i] = bench.read(args[i]);
      }
    }
    String what =
        example.name() + " with a bad `" + example.args().get(at).role() + "` (" + fault + ")";
    refuses(what, () -> example.call().run(fixture, args, ROWS));
    // of a fused operation that is left to its default, the first part may have run
    boolean fused = example.name().equals("addRmsNorm") || example.name().equals("ropeWriteKv");
    for (int i = 0; i < args.length; i++) {
      if (before[i] != null && !fused) {
        String role = example.args().get(i).role();
        Same.bits(what + " was refused, yet wrote `" + role + "`", before[i], bench.read(args[i]));
        bench.backend.free(args[i]);
      }
    }
  }

  /// Something that must be refused.
  @FunctionalInterface
  interface Refused {
    void run();
  }

  static void refuses(String what, Refused call) {
    try {
      call.run();
    } catch (IllegalArgumentException e) {
      return;
    } catch (RuntimeException e) {
      throw new AssertionError(
          what + " must be refused with an IllegalArgumentException, it threw " + e, e);
    }
    throw new AssertionError(
        what + " must be refused with an IllegalArgumentException; it was accepted");
  }

  private static void cold(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject);
        Bench other = Bench.open(subject)) {
      Tensor base = bench.rows(Bench.gaussians(trial.random(), 3, 6));
      Tensor view = bench.backend.columns(base, 1, 4);
      refuses("columns [3, 8) of 6", () -> bench.backend.columns(base, 3, 5));
      refuses("columns [-1, 3)", () -> bench.backend.columns(base, -1, 4));
      refuses("no columns at all", () -> bench.backend.columns(base, 1, 0));
      refuses("columns [2, 6) of a view of 4", () -> bench.backend.columns(view, 2, 4));
      refuses("downloading 4 rows of 3", () -> bench.read(base, 0, 4));
      refuses("downloading 2 rows from the third of 3", () -> bench.read(base, 2, 2));
      refuses("uploading 4 rows into 3", () -> bench.upload(base, new float[4][6]));
      Tensor foreign = other.backend.activation(3, 6);
      refuses("freeing a tensor of another backend", () -> bench.backend.free(foreign));
      refuses("downloading a tensor of another backend", () -> bench.read(foreign));
      refuses("columns of a tensor of another backend", () -> bench.backend.columns(foreign, 0, 2));
      bench.backend.free(base);
      refuses("freeing a tensor twice", () -> bench.backend.free(base));
      refuses("downloading a freed tensor", () -> bench.read(base));
      refuses("downloading a view of a freed tensor", () -> bench.read(view));
      refuses("uploading into a view of a freed tensor", () -> bench.upload(view, new float[3][4]));
      refuses("columns of a freed tensor", () -> bench.backend.columns(base, 0, 2));
      if (bench.does(Operation.COPY_BLOCKS) && !bench.kvTypes().isEmpty()) {
        caches(bench, other);
      }
    }
  }

  private static void caches(Bench bench, Bench other) {
    KvCacheLayout layout = new KvCacheLayout(1, 1, 8, 4, bench.kvTypes().getFirst());
    KvCache mine = bench.backend.allocateKvCache(layout, 2, 1);
    KvCache foreign = other.backend.allocateKvCache(layout, 2, 1);
    byte[][] before = bench.exportAll(mine);
    refuses("exporting a block of another backend's cache", () -> bench.export(foreign, 0));
    refuses("exporting block 3 of 3", () -> bench.export(mine, 3));
    refuses("importing into block -1", () -> bench.importBlock(mine, -1, before[0]));
    for (int[] pair : new int[][] {{0, 3}, {3, 0}, {-1, 1}}) {
      refuses(
          "copying block " + pair[0] + " to block " + pair[1] + " of 3",
          () -> bench.backend.copyBlocks(mine, BlockChecks.copies(new int[] {0, 1}, pair)));
    }
    Same.bytes("refused copies and imports changed the cache", before, bench.exportAll(mine));
  }
}
