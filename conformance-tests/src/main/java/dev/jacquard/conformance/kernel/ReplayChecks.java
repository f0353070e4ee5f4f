package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Steps between `begin` and `end`, recorded or not (KRN-17).
final class ReplayChecks {
  private static final int WIDTH = 32;
  private static final int SEQUENCES = 6;
  private static final int LENGTH = 16;
  private static final int BLOCK = 4;

  private ReplayChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_17,
            "steps between begin and end give the bits of the same operations called one by one",
            ReplayChecks::replay,
            "a recorded step that kept token ids, positions, slots or tables of its recording",
            "true answered for a shape that was not recorded"));
  }

  /// A small model, once with begin and end, once without.
  private static final class Model {
    final Bench bench;
    final Tensor table;
    final Tensor norm;
    final KvCache kv;
    final StepInputs in;
    final Tensor q;
    final Tensor k;
    final Tensor v;
    final Tensor out;
    final Tensor attended;

    Model(BackendUnderTest subject, Trial trial) {
      bench = AttentionChecks.open(subject);
      bench.require(
          Operation.EMBED, Operation.RMS_NORM, Operation.ROPE_HALVES, Operation.GATHER_ROWS);
      InvarianceChecks.requireDeterministic(bench);
      DType type =
          bench.weightTypes().stream()
              .filter(each -> WIDTH % each.blockElements() == 0)
              .findFirst()
              .orElseThrow(() -> bench.lacks("a weight type of blocks of at most 32"));
      table = bench.load(Weight.random(trial.random(), type, 40, WIDTH), WeightRole.EMBEDDING);
      norm = bench.row(WeightRole.NORM, Bench.gaussians(trial.random(1), WIDTH));
      kv =
          bench.backend.allocateKvCache(
              new KvCacheLayout(1, 4, 8, BLOCK, bench.kvTypes().getFirst()), 40, 0);
      in = bench.step(new StepShape(8, 8, 8, SEQUENCES, LENGTH / BLOCK, BLOCK));
      q = bench.backend.activation(8, WIDTH);
      k = bench.backend.activation(8, WIDTH);
      v = bench.backend.activation(8, WIDTH);
      attended = bench.backend.activation(8, WIDTH);
      out = bench.backend.activation(8, WIDTH);
    }

    void forward() {
      bench.backend.embed(v, table, in);
      bench.backend.rmsNorm(q, v, norm, 1e-5f, in.tokens());
      bench.backend.rmsNorm(k, v, norm, 1e-3f, in.tokens());
      bench.backend.ropeWriteKv(q, k, v, kv, 0, in, Examples.HALVES);
      bench.backend.attention(attended, q, kv, 0, in, AttentionParams.causal(4, 4, 8));
      bench.backend.gatherRows(out, attended, in);
    }
  }

  private static void replay(BackendUnderTest subject, Trial trial) {
    Model recorded = new Model(subject, trial);
    try (Bench one = recorded.bench) {
      Model plain = new Model(subject, trial);
      try (Bench two = plain.bench) {
        int[] lengths = new int[SEQUENCES];
        int replays = 0;
        for (int round = 0; round < trial.rounds(40, 400); round++) {
          RandomGenerator random = trial.random(10 + round);
          int rows = round % 3 == 2 ? 3 : 2;
          if (Arrays.stream(lengths).max().orElse(0) > LENGTH - 3) {
            Arrays.fill(lengths, 0);
          }
          int shuffle = random.nextInt(40);
          one.backend.synchronize();
          two.backend.synchronize();
          fill(recorded.in, trial.random(10 + round), lengths, rows, shuffle);
          fill(plain.in, trial.random(10 + round), lengths, rows, shuffle);
          for (int row = 0; row < rows; row++) {
            lengths[recorded.in.sequence(row)]++;
          }
          boolean answered = one.backend.begin(recorded.in);
          if (answered) {
            replays++;
          } else {
            recorded.forward();
          }
          one.backend.end(recorded.in);
          plain.forward();
          Same.bits(
              "step "
                  + round
                  + " of "
                  + rows
                  + " rows, begin answered "
                  + answered
                  + (answered ? " (replay " + replays + ")" : "")
                  + ", and the same operations without begin",
              two.read(plain.out, 0, rows),
              one.read(recorded.out, 0, rows));
        }
      }
    }
  }

  private static void fill(
      StepInputs in, RandomGenerator random, int[] lengths, int rows, int shuffle) {
    in.clear();
    int first = random.nextInt(SEQUENCES);
    if (Arrays.stream(lengths).allMatch(length -> length == 0)) {
      for (int i = 0; i < SEQUENCES * LENGTH / BLOCK; i++) {
        in.blockTables().setAtIndex(JAVA_INT, i, (i + shuffle) % 40);
      }
    }
    for (int row = 0; row < rows; row++) {
      int sequence = (first + row) % SEQUENCES;
      int position = lengths[sequence];
      in.addRow(sequence, position + 1);
      int slot = in.block(sequence, position / BLOCK) * BLOCK + position % BLOCK;
      in.addToken(random.nextInt(40), position, slot);
    }
    for (int row = rows - 1; row >= 0; row--) {
      in.addOutput(row);
    }
  }
}
