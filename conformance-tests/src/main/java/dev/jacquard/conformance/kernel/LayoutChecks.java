package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.kernel.Attending.Part;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Where KV lies and how it came there must not show (KRN-6, KRN-10).
final class LayoutChecks {
  private static final AttentionParams PARAMS = AttentionParams.causal(4, 2, 8);
  private static final int LENGTH = 83;

  private LayoutChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_6,
            "blocks in any order, of any sequence id, of either tier give the same result",
            LayoutChecks::permuted,
            "a block's place computed from its index in the table",
            "the row's number taken for the sequence id",
            "host blocks addressed with the device's base"),
        Check.of(
            Rule.KRN_6,
            "two sequences read the blocks they share",
            LayoutChecks::shared,
            "KV addressed by sequence instead of by block"),
        Check.of(
            Rule.KRN_6,
            "blocks that a window gave up are not read",
            LayoutChecks::givenUp,
            "block -1 read as an address"),
        Check.of(
            Rule.KRN_6,
            "a cache has the layout and the blocks it was asked for",
            LayoutChecks::cache,
            "host blocks left out of the count"),
        Check.of(
            Rule.KRN_10,
            "chunks of 1, 7 and the whole, and any block size, give the same bits",
            LayoutChecks::chunked,
            "tiles of keys that begin where the chunk or the block begins",
            "another kernel for decode than for prefill"),
        Check.of(
            Rule.KRN_10,
            "neighbours in the batch do not show in attention",
            LayoutChecks::neighbours,
            "a split of the keys chosen by the longest row of the batch"),
        Check.of(
            Rule.KRN_10,
            "what earlier sequences left in a block does not show",
            LayoutChecks::stale,
            "invisible positions multiplied by zero, which leaves NaN and infinity"),
        Check.of(
            Rule.KRN_10,
            "attention on 1, 2 and 4 threads gives the same bits",
            LayoutChecks::threads,
            "partial results by thread"));
  }

  private static KvCacheLayout layout(Bench bench, int blockSize) {
    DType type = bench.kvTypes().contains(DType.F16) ? DType.F16 : bench.kvTypes().getFirst();
    return new KvCacheLayout(2, 2, 8, blockSize, type);
  }

  private static Story story(Trial trial, int round, int length) {
    return Story.random(trial.random(round), length, 32, 16);
  }

  private static void compare(Bench bench, String what, float[][] expected, float[][] seen) {
    if (bench.can.batchInvariant()) {
      Same.bits(what, expected, seen);
    } else {
      Same.within(what, 2 * bench.can.tolerance(), Oracle.exactly(expected), seen);
    }
  }

  private static void permuted(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      for (int blockSize : new int[] {4, 5, 16}) {
        Story story = story(trial, blockSize, LENGTH);
        int needed = (LENGTH + blockSize - 1) / blockSize;
        Attending engine =
            new Attending(bench, layout(bench, blockSize), PARAMS, needed, needed + 2);
        engine.table(0, engine.run(0, LENGTH));
        float[][] plain = engine.tell(0, story, 30);
        for (int round = 0; round < trial.rounds(4, 40); round++) {
          List<Integer> blocks = new ArrayList<>();
          for (int i = 0; i < 2 * needed + 2; i++) {
            blocks.add(i);
          }
          Collections.shuffle(blocks, new Random(trial.seed() + round));
          int[] table = blocks.stream().limit(needed).mapToInt(i -> i).toArray();
          int sequence = round == 0 ? Attending.SEQUENCES - 1 : 1 + round % 30;
          engine.table(sequence, table);
          Story again = story.anew();
          compare(
              bench,
              "sequence id "
                  + sequence
                  + " with blocks "
                  + Arrays.toString(table)
                  + " of "
                  + blockSize
                  + " (host blocks begin at "
                  + needed
                  + "), and id 0 with blocks in order",
              plain,
              engine.tell(sequence, again, 30));
        }
      }
    }
  }

  private static void shared(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      Story story = story(trial, 0, 40);
      Attending engine = new Attending(bench, layout(bench, 4), PARAMS, 24, 0);
      engine.table(7, engine.run(0, 40));
      float[][] whole = engine.tell(7, story, 40);
      int[] table = engine.run(0, 40);
      for (int i = 8; i < 10; i++) {
        table[i] += 12;
      }
      engine.table(2, table);
      Story again = story.anew();
      engine.step(new Part(2, again, 32, 40));
      for (int p = 32; p < 40; p++) {
        compare(
            bench,
            "position "
                + p
                + " of sequence 2, whose first 8 blocks were written by sequence 7, computed from"
                + " scratch and with those blocks",
            new float[][] {whole[p]},
            new float[][] {again.out()[p]});
      }
    }
  }

  private static void givenUp(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      bench.require(Operation.ATTENTION_WINDOW);
      AttentionParams windowed = new AttentionParams(4, 2, 8, 0.35f, 6, 2, 0f, null);
      Story story = story(trial, 0, 40);
      Attending engine = new Attending(bench, layout(bench, 4), windowed, 10, 0);
      int[] table = engine.run(0, 40);
      engine.table(0, table);
      float[][] whole = engine.tell(0, story, 1);
      // position 39 sees 34 to 39 and the sinks 0 and 1: blocks 8 and 9, and block 0
      Arrays.fill(table, 1, 8, -1);
      engine.table(0, table);
      Story again = story.anew();
      engine.step(new Part(0, again, 39, 40));
      compare(
          bench,
          "position 39, window 6, 2 sink tokens, with blocks 1 to 7 of the table set to -1",
          new float[][] {whole[39]},
          new float[][] {again.out()[39]});
    }
  }

  private static void cache(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      for (DType type : bench.kvTypes()) {
        for (int[] tiers : new int[][] {{1, 0}, {5, 3}, {2, 7}}) {
          KvCacheLayout layout = new KvCacheLayout(3, 2, 10, 5, type);
          KvCache kv = bench.backend.allocateKvCache(layout, tiers[0], tiers[1]);
          Same.require(
              kv.layout().equals(layout) && kv.blocks() == tiers[0] + tiers[1],
              "a cache of "
                  + layout
                  + " with "
                  + tiers[0]
                  + " + "
                  + tiers[1]
                  + " blocks says it is "
                  + kv.layout()
                  + " with "
                  + kv.blocks());
        }
      }
    }
  }

  private static void chunked(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      InvarianceChecks.requireInvariant(bench);
      Story story = story(trial, 0, 150);
      float[][] first = new float[0][];
      for (int blockSize : new int[] {16, 4, 7, 32, 64}) {
        int needed = (150 + blockSize - 1) / blockSize;
        Attending engine = new Attending(bench, layout(bench, blockSize), PARAMS, needed, 0);
        engine.table(0, engine.run(0, 150));
        for (int chunk : new int[] {150, 7, 1, 64, 33}) {
          float[][] seen = engine.tell(0, story.anew(), chunk);
          first = first.length == 0 ? seen : first;
          Same.bits(
              "150 positions in chunks of "
                  + chunk
                  + ", blocks of "
                  + blockSize
                  + ", and in one chunk, blocks of 16",
              first,
              seen);
        }
      }
    }
  }

  private static void neighbours(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      InvarianceChecks.requireInvariant(bench);
      Attending engine = new Attending(bench, layout(bench, 4), PARAMS, 200, 0);
      List<Story> stories = new ArrayList<>();
      List<float[][]> alone = new ArrayList<>();
      int[] lengths = {1, 83, 5, 64, 130, 2, 17, 65};
      int block = 0;
      for (int i = 0; i < lengths.length; i++) {
        int[] table = engine.run(block, lengths[i]);
        block += table.length;
        engine.table(i, table);
        Story story = story(trial, i, lengths[i]);
        alone.add(engine.tell(i, story, lengths[i]));
        stories.add(story.anew());
      }
      for (int round = 0; round < trial.rounds(6, 60); round++) {
        var random = trial.random(1000 + round);
        List<Part> parts = new ArrayList<>();
        int tokens = 0;
        for (int i = 0; i < lengths.length; i++) {
          int rest = Attending.MOST_TOKENS - tokens;
          int count = Math.min(rest, random.nextInt(lengths[i] + 1));
          int from = random.nextInt(lengths[i] - count + 1);
          if (count > 0) {
            parts.add(new Part(i, stories.get(i), from, from + count));
            tokens += count;
          }
        }
        Collections.shuffle(parts, new Random(trial.seed() + round));
        if (!parts.isEmpty()) {
          engine.step(parts, false);
        }
        for (Part part : parts) {
          for (int p = part.from(); p < part.to(); p++) {
            Same.bits(
                "position "
                    + p
                    + " of a sequence of "
                    + part.story().length()
                    + " alone, and in a step of rows "
                    + describe(parts),
                alone.get(part.sequence())[p],
                part.story().out()[p]);
          }
        }
      }
    }
  }

  private static String describe(List<Part> parts) {
    return parts.stream()
        .map(part -> part.sequence() + ":[" + part.from() + ", " + part.to() + ")")
        .toList()
        .toString();
  }

  private static void stale(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      InvarianceChecks.requireInvariant(bench);
      Story story = story(trial, 0, 21);
      for (float rubbish : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 60000f}) {
        Attending engine = new Attending(bench, layout(bench, 16), PARAMS, 4, 0);
        engine.table(0, 2, 3);
        float[][] clean = engine.tell(0, story, 5);
        Story bad = story(trial, 1, 32);
        for (float[] row : bad.k()) {
          Arrays.fill(row, rubbish);
        }
        for (float[] row : bad.v()) {
          Arrays.fill(row, rubbish);
        }
        engine.table(1, 0, 1);
        engine.tell(1, bad, 32);
        engine.table(0, 0, 1);
        Same.bits(
            "a sequence of 21 in fresh blocks, and in blocks that another one left full of "
                + rubbish,
            clean,
            engine.tell(0, story.anew(), 5));
      }
    }
  }

  private static void threads(BackendUnderTest subject, Trial trial) {
    Story story = story(trial, 0, 131);
    float[][] one = new float[0][];
    for (int threads : new int[] {1, 2, 4}) {
      try (Bench bench = Bench.open(subject, threads)) {
        bench.require(Operation.WRITE_KV, Operation.ATTENTION);
        InvarianceChecks.requireInvariant(bench);
        Attending engine = new Attending(bench, layout(bench, 16), PARAMS, 9, 0);
        engine.table(0, engine.run(0, 131));
        float[][] seen = engine.tell(0, story.anew(), 50);
        one = threads == 1 ? seen : one;
        Same.bits("attention on " + threads + " threads instead of one", one, seen);
      }
    }
  }
}
