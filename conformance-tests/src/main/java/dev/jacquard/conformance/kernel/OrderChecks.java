package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
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
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// One stream: effects in the order of calls, and staging read in time (KRN-4, KRN-5).
final class OrderChecks {
  private OrderChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_4,
            "uploads and operations on one tensor take effect in the order of calls",
            OrderChecks::uploads,
            "uploads on a stream of their own",
            "memory of a freed tensor reused while it is still read"),
        Check.of(
            Rule.KRN_4,
            "writes, copies, imports and reads of one block take effect in the order of calls",
            OrderChecks::blocks,
            "copies on a stream of their own",
            "an export that does not wait"),
        Check.of(
            Rule.KRN_4,
            "a chain of operations gives what it gives with a wait after each",
            OrderChecks::chain,
            "an operation that does not wait for the one before it"),
        Check.of(
            Rule.KRN_5,
            "staging is as large as asked for, zeroed, aligned to 64 bytes and its own",
            OrderChecks::staging,
            "memory that is recycled without being cleared"),
        Check.of(
            Rule.KRN_5,
            "inputs rewritten after a wait do not show in operations enqueued before it",
            OrderChecks::rewritten,
            "operations that are put off until their result is wanted",
            "a wait for one tensor only"),
        Check.of(
            Rule.KRN_5,
            "two steps in flight, each with inputs of its own, do not mix",
            OrderChecks::twoSteps,
            "one buffer on the device for the columns of all steps"));
  }

  private static float[][] all(int rows, int width, float value) {
    float[][] values = new float[rows][width];
    for (float[] row : values) {
      Arrays.fill(row, value);
    }
    return values;
  }

  private static void uploads(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject, 2)) {
      bench.require(Operation.ADD);
      Tensor target = bench.rows(all(40, 50, 0));
      Tensor x = bench.rows(all(40, 50, 1));
      for (int round = 0; round < 10; round++) {
        bench.backend.add(target, x, 40);
        bench.upload(x, all(40, 50, 2));
        bench.backend.add(target, x, 40);
        bench.backend.free(x);
        x = bench.rows(all(40, 50, 1));
      }
      Same.bits(
          "ten times: add 1, upload 2, add, free the summand, upload 1 into a new one",
          all(40, 50, 30),
          bench.read(target));
      bench.upload(target, all(40, 50, 7));
      bench.backend.add(x, target, 40);
      Same.bits("upload 7, add it to 1", all(40, 50, 8), bench.read(x));
    }
  }

  private static void blocks(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      bench.require(Operation.COPY_BLOCKS);
      DType type = bench.kvTypes().getFirst();
      KvCache kv = bench.backend.allocateKvCache(new KvCacheLayout(1, 1, 8, 4, type), 3, 1);
      StepInputs in = bench.step(new StepShape(4, 1, 1, 1, 1, 4));
      in.blockTables().setAtIndex(JAVA_INT, 0, 0);
      in.addRow(0, 4);
      for (int p = 0; p < 4; p++) {
        in.addToken(0, p, p);
      }
      StepInputs copy = bench.step(new StepShape(1, 1, 1, 1, 1, 4));
      copy.blockTables().setAtIndex(JAVA_INT, 0, 3);
      copy.addRow(0, 4);
      copy.addToken(0, 3, -1);
      Tensor one = bench.rows(all(4, 8, 1));
      Tensor two = bench.rows(all(4, 8, 2));
      Tensor out = bench.backend.activation(1, 8);
      AttentionParams params = AttentionParams.causal(1, 1, 8);
      bench.backend.writeKv(kv, 0, one, one, in);
      bench.backend.copyBlocks(kv, BlockChecks.copies(new int[] {0, 1}, new int[] {1, 3}));
      bench.backend.writeKv(kv, 0, two, two, in);
      bench.backend.attention(out, two, kv, 0, copy, params);
      bench.backend.copyBlocks(kv, BlockChecks.copies(new int[] {0, 3}));
      float seen = bench.read(out)[0][0];
      Same.require(
          Math.abs(seen - 1) < 0.01,
          "write 1 to block 0, copy it to 3 over 1, write 2 to block 0, attention over block 3,"
              + " copy 0 to 3: attention sees 1, it saw "
              + seen);
      byte[] twos = bench.export(kv, 0);
      byte[] ones = bench.export(kv, 1);
      Same.bytes("the block copied last", twos, bench.export(kv, 3));
      bench.importBlock(kv, 3, ones);
      bench.backend.attention(out, two, kv, 0, copy, params);
      bench.importBlock(kv, 3, twos);
      seen = bench.read(out)[0][0];
      Same.require(
          Math.abs(seen - 1) < 0.01,
          "import 1, attention, import 2: attention sees 1, it saw " + seen);
      bench.backend.writeKv(kv, 0, one, one, in);
      Same.bytes("an export waits for the write before it", ones, bench.export(kv, 0));
    }
  }

  private static void chain(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject, 4)) {
      bench.require(Operation.MATMUL, Operation.ADD, Operation.RMS_NORM);
      InvarianceChecks.requireDeterministic(bench);
      DType type = bench.weightTypes().getFirst();
      int width = 2 * Math.max(32, type.blockElements());
      Tensor matrix =
          bench.load(Weight.random(trial.random(), type, width, width), WeightRole.MATRIX);
      Tensor norm = bench.row(WeightRole.NORM, Bench.gaussians(trial.random(1), width));
      float[][] start = Bench.gaussians(trial.random(2), 24, width);
      float[][] waited = chain(bench, matrix, norm, start, true);
      for (int round = 0; round < trial.rounds(3, 30); round++) {
        Same.bits(
            "matmul, rmsNorm and add, twelve times over, with a wait after each and without",
            waited,
            chain(bench, matrix, norm, start, false));
      }
    }
  }

  private static float[][] chain(
      Bench bench, Tensor matrix, Tensor norm, float[][] start, boolean wait) {
    Tensor x = bench.rows(start);
    Tensor y = bench.rows(start);
    for (int i = 0; i < 12; i++) {
      bench.backend.matmul(y, x, matrix, start.length);
      pause(bench, wait);
      bench.backend.rmsNorm(y, y, norm, 1e-5f, start.length);
      pause(bench, wait);
      bench.backend.add(x, y, start.length);
      pause(bench, wait);
    }
    float[][] seen = bench.read(x);
    bench.backend.free(x);
    bench.backend.free(y);
    return seen;
  }

  private static void pause(Bench bench, boolean wait) {
    if (wait) {
      bench.backend.synchronize();
    }
  }

  private static void staging(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      int[] sizes = {1, 63, 64, 64, 100, 4097};
      MemorySegment[] all = new MemorySegment[sizes.length];
      for (int i = 0; i < sizes.length; i++) {
        all[i] = bench.backend.allocateStaging(sizes[i]);
        Same.require(
            all[i].byteSize() == sizes[i],
            "allocateStaging(" + sizes[i] + ") gave " + all[i].byteSize() + " bytes");
        Same.require(
            all[i].address() % 64 == 0,
            "allocateStaging("
                + sizes[i]
                + ") gave memory that is not aligned to 64 bytes: address % 64 is "
                + all[i].address() % 64);
        for (long at = 0; at < sizes[i]; at++) {
          Same.require(
              all[i].get(JAVA_BYTE, at) == 0,
              "allocateStaging("
                  + sizes[i]
                  + ") is not zeroed: byte "
                  + at
                  + " is "
                  + all[i].get(JAVA_BYTE, at));
        }
        all[i].fill((byte) (i + 1));
      }
      bench.backend.free(bench.rows(all(3, 9, 1)));
      bench.backend.synchronize();
      for (int i = 0; i < sizes.length; i++) {
        Same.require(
            all[i].get(JAVA_BYTE, 0) == i + 1 && all[i].get(JAVA_BYTE, sizes[i] - 1L) == i + 1,
            "staging number " + i + " lost what was written into it: it is shared or was freed");
      }
    }
  }

  private static Tensor table(Bench bench, Trial trial) {
    bench.require(Operation.EMBED);
    DType type =
        bench.weightTypes().stream().findFirst().orElseThrow(() -> bench.lacks("a type of weight"));
    int width = Math.max(32, type.blockElements());
    return bench.load(Weight.random(trial.random(), type, 60, width), WeightRole.EMBEDDING);
  }

  private static float[][] embedded(Bench bench, Tensor table, int... ids) {
    Tensor out = bench.backend.activation(ids.length, table.width());
    bench.backend.embed(out, table, bench.tokens(ids, new int[ids.length]));
    return bench.read(out);
  }

  private static void fill(StepInputs in, int... ids) {
    in.clear();
    in.addRow(0, ids.length);
    for (int id : ids) {
      in.addToken(id, 0, -1);
    }
  }

  private static void rewritten(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject, 2)) {
      Tensor table = table(bench, trial);
      float[][] right = embedded(bench, table, 3, 14, 15);
      Tensor other = bench.rows(all(1, 4, 1));
      for (boolean download : new boolean[] {true, false}) {
        StepInputs in = bench.tokens(new int[] {3, 14, 15}, new int[3]);
        Tensor out = bench.backend.activation(3, table.width());
        bench.backend.embed(out, table, in);
        if (download) {
          bench.read(other);
        } else {
          bench.backend.synchronize();
        }
        fill(in, 9, 26, 53);
        Same.bits(
            "embed of tokens 3, 14, 15; "
                + (download ? "downloadRows of another tensor" : "synchronize")
                + "; the same inputs filled with 9, 26, 53; download: the later inputs show",
            right,
            bench.read(out));
      }
    }
  }

  private static void twoSteps(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject, 2)) {
      Tensor table = table(bench, trial);
      float[][] right = embedded(bench, table, 3, 14, 15);
      float[][] rightNext = embedded(bench, table, 9, 26, 53);
      StepInputs one = bench.tokens(new int[3], new int[3]);
      StepInputs two = bench.tokens(new int[3], new int[3]);
      Tensor out = bench.backend.activation(3, table.width());
      Tensor next = bench.backend.activation(3, table.width());
      for (int round = 0; round < 3; round++) {
        fill(one, 3, 14, 15);
        bench.backend.embed(out, table, one);
        fill(two, 9, 26, 53);
        bench.backend.embed(next, table, two);
        String what = "two steps enqueued one after the other, inputs of their own: ";
        Same.bits(what + "the first", right, bench.read(out));
        Same.bits(what + "the second", rightNext, bench.read(next));
      }
    }
  }
}
