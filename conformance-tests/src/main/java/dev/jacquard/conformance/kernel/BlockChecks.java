package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;

/// Whole blocks, and single slots (KRN-7, KRN-15).
final class BlockChecks {
  private static final int LAYERS = 3;
  private static final int SIZE = 4;
  private static final int DEVICE = 5;
  private static final int HOST = 3;
  private static final int WIDTH = 2 * 10;

  private BlockChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_7,
            "copies are exact, whole, of all layers, between any two blocks of either tier",
            BlockChecks::single,
            "the first layer only",
            "keys without values",
            "host blocks that count from 0 again"),
        Check.of(
            Rule.KRN_7,
            "the copies of one list happen in the order given",
            BlockChecks::chains,
            "one kernel for the whole list, in which copies run side by side",
            "copies grouped by tier"),
        Check.of(
            Rule.KRN_7,
            "what is exported comes back by import, bit for bit",
            BlockChecks::roundTrip,
            "a conversion on the way",
            "a block's padding that is left out"),
        Check.of(
            Rule.KRN_15,
            "tokens with slot -1 are written nowhere",
            (subject, trial) -> padded(subject, trial, false),
            "slot -1 taken for the last or the first slot",
            "slot / blockSize of a negative number"),
        Check.of(
            Rule.KRN_15,
            "ropeWriteKv writes tokens with slot -1 nowhere",
            (subject, trial) -> padded(subject, trial, true),
            "a fused kernel that forgot the condition"));
  }

  static BlockCopies copies(int[]... pairs) {
    BlockCopies copies = new BlockCopies();
    for (int[] pair : pairs) {
      copies.add(pair[0], pair[1]);
    }
    return copies;
  }

  private static KvCacheLayout layout(DType type) {
    return new KvCacheLayout(LAYERS, 2, WIDTH / 2, SIZE, type);
  }

  /// A cache in which every slot of every layer holds other numbers, hard ones among them.
  private static KvCache filled(Bench bench, DType type, RandomGenerator random) {
    KvCache kv = bench.backend.allocateKvCache(layout(type), DEVICE, HOST);
    int slots = (DEVICE + HOST) * SIZE;
    StepInputs in = bench.step(new StepShape(slots, slots, 1, slots, 1, SIZE));
    for (int slot = 0; slot < slots; slot++) {
      in.blockTables().setAtIndex(JAVA_INT, slot, slot / SIZE);
      in.addRow(slot, slot % SIZE + 1);
      in.addToken(0, slot % SIZE, slot);
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      write(bench, kv, layer, hard(random, slots), hard(random, slots), in);
    }
    bench.backend.synchronize();
    return kv;
  }

  private static void write(
      Bench bench, KvCache kv, int layer, float[][] k, float[][] v, StepInputs in) {
    Tensor keys = bench.rows(k);
    Tensor values = bench.rows(v);
    bench.backend.writeKv(kv, layer, keys, values, in);
    bench.backend.free(keys);
    bench.backend.free(values);
  }

  private static float[][] hard(RandomGenerator random, int rows) {
    float[] special = {-0f, 0f, 1e-40f, Float.MIN_VALUE, 65504f, -65504f, 6e-8f, 1f / 3};
    float[][] values = Bench.gaussians(random, rows, WIDTH);
    for (float[] row : values) {
      row[random.nextInt(WIDTH)] = special[random.nextInt(special.length)];
    }
    return values;
  }

  private static Bench open(BackendUnderTest subject) {
    Bench bench = AttentionChecks.open(subject);
    bench.require(Operation.COPY_BLOCKS);
    return bench;
  }

  private static void single(BackendUnderTest subject, Trial trial) {
    try (Bench bench = open(subject)) {
      for (DType type : bench.kvTypes()) {
        KvCache kv = filled(bench, type, trial.random(type.ordinal()));
        byte[][] expected = bench.exportAll(kv);
        different(expected);
        int[][] pairs = {{0, 4}, {1, 6}, {7, 2}, {5, 7}, {3, 3}, {6, 0}};
        for (int[] pair : pairs) {
          bench.backend.copyBlocks(kv, copies(pair));
          expected[pair[1]] = expected[pair[0]];
          Same.bytes(
              "copyBlocks of "
                  + type
                  + " from block "
                  + pair[0]
                  + " to "
                  + pair[1]
                  + " (host blocks begin at "
                  + DEVICE
                  + ")",
              expected,
              bench.exportAll(kv));
        }
        attended(bench, kv, type, trial);
      }
    }
  }

  /// An export that leaves something out would look right to itself: attention must agree.
  private static void attended(Bench bench, KvCache kv, DType type, Trial trial) {
    bench.backend.copyBlocks(kv, copies(new int[] {1, 6}));
    StepInputs in = bench.step(new StepShape(2, 2, 1, 2, 1, SIZE));
    for (int row = 0; row < 2; row++) {
      in.blockTables().setAtIndex(JAVA_INT, row, row == 0 ? 1 : 6);
      in.addRow(row, SIZE);
      in.addToken(0, SIZE - 1, -1);
    }
    float[] query = Bench.gaussians(trial.random(), WIDTH);
    Tensor q = bench.rows(new float[][] {query, query});
    Tensor out = bench.backend.activation(2, WIDTH);
    var params = dev.jacquard.spi.kernel.AttentionParams.causal(2, 2, WIDTH / 2);
    for (int layer = 0; layer < LAYERS; layer++) {
      bench.backend.attention(out, q, kv, layer, in, params);
      float[][] seen = bench.read(out);
      Same.within(
          "attention over layer " + layer + " of a copied block of " + type,
          2 * bench.can.tolerance(),
          Oracle.exactly(new float[][] {seen[0]}),
          new float[][] {seen[1]});
    }
  }

  private static void different(byte[][] blocks) {
    for (int i = 1; i < blocks.length; i++) {
      Same.require(
          !java.util.Arrays.equals(blocks[0], blocks[i]),
          "blocks 0 and " + i + " were written with different numbers, their exports are equal");
    }
  }

  private static void chains(BackendUnderTest subject, Trial trial) {
    try (Bench bench = open(subject)) {
      DType type = bench.kvTypes().getFirst();
      KvCache kv = filled(bench, type, trial.random());
      byte[][] expected = bench.exportAll(kv);
      byte[][] fresh = expected.clone();
      int[][][] lists = {
        {{0, 1}, {1, 2}, {2, 3}},
        {{3, 7}, {0, 3}, {7, 0}},
        {{4, 5}, {5, 4}, {4, 6}},
        {{0, 2}, {1, 2}},
        {{6, 1}, {2, 6}, {1, 2}, {6, 6}}
      };
      for (int[][] list : lists) {
        run(bench, kv, expected, list);
      }
      for (int round = 0; round < trial.rounds(20, 200); round++) {
        RandomGenerator random = trial.random(round);
        int[][] list = new int[2 + random.nextInt(80)][];
        for (int i = 0; i < list.length; i++) {
          list[i] = new int[] {random.nextInt(DEVICE + HOST), random.nextInt(DEVICE + HOST)};
        }
        // copies at random make all blocks one before long
        for (int block = 0; block < DEVICE + HOST; block++) {
          bench.importBlock(kv, block, fresh[block]);
          expected[block] = fresh[block];
        }
        run(bench, kv, expected, list);
      }
    }
  }

  private static void run(Bench bench, KvCache kv, byte[][] expected, int[][] list) {
    for (int[] pair : list) {
      expected[pair[1]] = expected[pair[0]];
    }
    bench.backend.copyBlocks(kv, copies(list));
    Same.bytes(
        "copyBlocks of the list "
            + java.util.Arrays.deepToString(list)
            + ", each pair source to target, in this order",
        expected,
        bench.exportAll(kv));
  }

  private static void roundTrip(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      for (DType type : bench.kvTypes()) {
        KvCache kv = filled(bench, type, trial.random(type.ordinal()));
        KvCache other = bench.backend.allocateKvCache(layout(type), 2, DEVICE + HOST);
        byte[][] all = bench.exportAll(kv);
        for (int block = 0; block < all.length; block++) {
          int target = (block + 3) % all.length;
          bench.importBlock(kv, target, all[block]);
          Same.bytes(
              "block " + block + " of " + type + ", exported and imported as block " + target,
              all[block],
              bench.export(kv, target));
          all[target] = bench.export(kv, target);
          bench.importBlock(other, target, all[block]);
          Same.bytes(
              "block " + block + " of " + type + ", imported into a second cache of the layout",
              all[block],
              bench.export(other, target));
        }
        Same.bytes("blocks beside the imported ones", all, bench.exportAll(kv));
      }
    }
  }

  private static void padded(BackendUnderTest subject, Trial trial, boolean fused) {
    try (Bench bench = AttentionChecks.open(subject)) {
      if (fused) {
        bench.require(Operation.ROPE_HALVES);
      }
      RandomGenerator random = trial.random();
      KvCache kv = filled(bench, bench.kvTypes().getFirst(), random);
      byte[][] before = bench.exportAll(kv);
      for (int tokens : new int[] {1, 3, 9}) {
        StepInputs in = bench.step(new StepShape(tokens, 1, 1, 1, 8, SIZE));
        for (int i = 0; i < DEVICE + HOST; i++) {
          in.blockTables().setAtIndex(JAVA_INT, i, i);
        }
        in.addRow(0, tokens);
        for (int t = 0; t < tokens; t++) {
          in.addToken(0, t, -1);
        }
        Tensor k = bench.rows(Bench.gaussians(random, tokens, WIDTH));
        Tensor v = bench.rows(Bench.gaussians(random, tokens, WIDTH));
        if (fused) {
          Tensor q = bench.rows(Bench.gaussians(random, tokens, WIDTH));
          var params =
              new dev.jacquard.spi.kernel.RopeParams(
                  WIDTH / 2, dev.jacquard.spi.kernel.RopeStyle.HALVES, 1f, new double[] {1, 0.1});
          bench.backend.ropeWriteKv(q, k, v, kv, 1, in, params);
        } else {
          bench.backend.writeKv(kv, 1, k, v, in);
        }
        Same.bytes(
            (fused ? "ropeWriteKv" : "writeKv")
                + " of "
                + tokens
                + " tokens whose slots are all -1 wrote into the cache",
            before,
            bench.exportAll(kv));
      }
      mixed(bench, kv, random, fused);
    }
  }

  /// Between tokens with slots, one without: its numbers must be found nowhere.
  private static void mixed(Bench bench, KvCache kv, RandomGenerator random, boolean fused) {
    if (fused) {
      return;
    }
    StepInputs in = bench.step(new StepShape(3, 1, 1, 1, 8, SIZE));
    in.addRow(0, 3);
    in.addToken(0, 0, 5);
    in.addToken(0, 1, 6);
    in.addToken(0, 2, 7);
    float[][] k = Bench.gaussians(random, 3, WIDTH);
    float[][] v = Bench.gaussians(random, 3, WIDTH);
    write(bench, kv, 0, k, v, in);
    byte[][] before = bench.exportAll(kv);
    in.clear();
    in.addRow(0, 3);
    in.addToken(0, 0, 5);
    in.addToken(0, 1, -1);
    in.addToken(0, 2, 7);
    k[1] = Bench.gaussians(random, WIDTH);
    v[1] = Bench.gaussians(random, WIDTH);
    write(bench, kv, 0, k, v, in);
    Same.bytes(
        "writeKv of three tokens with slots 5, -1 and 7, the first and the last with what is there"
            + " already, changed the cache",
        before,
        bench.exportAll(kv));
  }
}
