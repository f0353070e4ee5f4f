package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.ArrayList;
import java.util.List;

/// Attention against the oracle: heads, windows, caps, sinks (KRN-1), and what it reads (KRN-19).
final class AttentionChecks {
  private AttentionChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_1,
            "causal attention for every KV type, shared key heads, odd sizes",
            AttentionChecks::causal,
            "the wrong key head for a query head",
            "an exponential of low precision",
            "a tile's tail that is not masked"),
        Check.of(
            Rule.KRN_1,
            "windowed attention, at the window's very edge and with sink tokens",
            AttentionChecks::windows,
            "a window that counts the query itself one time too many or too few"),
        Check.of(
            Rule.KRN_1,
            "attention with a soft cap",
            AttentionChecks::softCap,
            "the cap applied before the scale",
            "a tanh of low precision"),
        Check.of(
            Rule.KRN_1,
            "attention with learnt sinks in the denominator",
            AttentionChecks::sinks,
            "a sink that is not part of the running maximum"),
        Check.of(
            Rule.KRN_19,
            "values come out as they are stored, also those of the current chunk",
            AttentionChecks::values,
            "values of the current chunk taken from the activations"),
        Check.of(
            Rule.KRN_19,
            "keys are compared as they are stored, also those of the current chunk",
            AttentionChecks::keys,
            "keys of the current chunk taken from the activations"),
        Check.of(
            Rule.KRN_19,
            "a prefill in one chunk has the bits of one in two, for every KV type",
            AttentionChecks::chunks,
            "the current chunk read unrounded"));
  }

  private static void causal(BackendUnderTest subject, Trial trial) {
    try (Bench bench = open(subject)) {
      int[][] shapes = {{1, 1, 2, 4}, {4, 2, 8, 5}, {6, 2, 10, 16}, {8, 1, 64, 16}, {3, 3, 80, 32}};
      for (DType type : bench.kvTypes()) {
        boolean every = type == bench.kvTypes().getFirst();
        for (int i = every ? 0 : 1; i < shapes.length; i += every ? 1 : 3) {
          int[] s = shapes[i];
          AttentionParams params = AttentionParams.causal(s[0], s[1], s[2]);
          judge(bench, trial, i, type, s[3], i == 3 ? 131 : 70, 1f, params);
        }
      }
    }
  }

  private static void windows(BackendUnderTest subject, Trial trial) {
    try (Bench bench = open(subject)) {
      bench.require(Operation.ATTENTION_WINDOW);
      DType type = bench.kvTypes().getFirst();
      int[][] windows = {{1, 0}, {2, 0}, {5, 0}, {16, 0}, {64, 0}, {65, 0}, {7, 4}, {33, 1}};
      for (int i = 0; i < windows.length; i++) {
        AttentionParams params =
            new AttentionParams(4, 2, 8, 0.35f, windows[i][0], windows[i][1], 0f, null);
        judge(bench, trial, i, type, 4, 97, 1f, params);
      }
    }
  }

  private static void softCap(BackendUnderTest subject, Trial trial) {
    try (Bench bench = open(subject)) {
      bench.require(Operation.ATTENTION_SOFT_CAP);
      DType type = bench.kvTypes().getFirst();
      float[] caps = {0.5f, 3f, 50f};
      for (int i = 0; i < caps.length; i++) {
        AttentionParams params = new AttentionParams(4, 2, 8, 0.35f, 0, 0, caps[i], null);
        judge(bench, trial, i, type, 16, 70, i == 0 ? 1f : 6f, params);
      }
    }
  }

  private static void sinks(BackendUnderTest subject, Trial trial) {
    try (Bench bench = open(subject)) {
      bench.require(Operation.ATTENTION_SINKS);
      DType type = bench.kvTypes().getFirst();
      float[] logits = {-4f, 0f, 2.5f, 9f};
      AttentionParams params =
          new AttentionParams(4, 2, 8, 0.35f, 0, 0, 0f, bench.row(WeightRole.BIAS, logits));
      judge(bench, trial, 0, type, 16, 70, 1f, params, logits);
    }
  }

  static Bench open(BackendUnderTest subject) {
    Bench bench = Bench.open(subject);
    bench.require(Operation.WRITE_KV, Operation.ATTENTION);
    if (bench.kvTypes().isEmpty()) {
      throw bench.lacks("a type of KV");
    }
    return bench;
  }

  /// One story in chunks of random sizes, against the oracle.
  private static void judge(
      Bench bench,
      Trial trial,
      int round,
      DType type,
      int blockSize,
      int length,
      float queries,
      AttentionParams params,
      float... sinks) {
    var random = trial.random(round);
    int keyWidth = params.kvHeads() * params.headDim();
    Story story =
        Story.random(random, length, params.heads() * params.headDim(), keyWidth).storedExactly();
    for (float[] row : story.q()) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= queries;
      }
    }
    KvCacheLayout layout =
        new KvCacheLayout(2, params.kvHeads(), params.headDim(), blockSize, type);
    int blocks = (length + blockSize - 1) / blockSize;
    Attending engine = new Attending(bench, layout, params, blocks + 1, 0);
    engine.table(3, engine.run(1, length));
    for (int from = 0; from < length; ) {
      int to = Math.min(length, from + 1 + random.nextInt(40));
      engine.step(new Attending.Part(3, story, from, to));
      from = to;
    }
    Same.within(
        "attention of " + params + " over " + layout + ", " + length + " positions",
        bench.can.tolerance(),
        Oracle.attention(story.q(), story.k(), story.v(), params, sinks),
        story.out());
  }

  /// The step between neighbouring numbers of a type at 1, 0 for F32.
  private static float spacing(DType type) {
    return type == DType.F16 ? 0x1p-10f : type == DType.BF16 ? 0x1p-7f : 0f;
  }

  private static List<DType> halves(Bench bench) {
    List<DType> halves = bench.kvTypes().stream().filter(type -> spacing(type) > 0).toList();
    if (halves.isEmpty()) {
      throw new NotApplicable(bench.can.device() + " stores KV as F32 only: nothing is rounded");
    }
    return halves;
  }

  private static void values(BackendUnderTest subject, Trial trial) {
    try (Bench bench = open(subject)) {
      for (DType type : halves(bench)) {
        Story story = Story.random(trial.random(), 9, 8, 8);
        AttentionParams params = AttentionParams.causal(1, 1, 8);
        // the first position sees itself alone: what comes out is its value
        Attending engine = new Attending(bench, new KvCacheLayout(1, 1, 8, 4, type), params, 3, 0);
        engine.table(0, 0, 1, 2);
        float[] seen = engine.tell(0, story, 9)[0];
        for (int i = 0; i < 8; i++) {
          float stored = Halves.rounded(seen[i], type);
          Same.require(
              Math.abs(seen[i] - stored) <= 2e-6 * Math.abs(stored)
                  && Math.abs(seen[i] - story.v()[0][i])
                      <= spacing(type) * Math.abs(story.v()[0][i]),
              "attention over one position gives its value as stored in "
                  + type
                  + "; for "
                  + story.v()[0][i]
                  + " it gave "
                  + seen[i]
                  + ", which is no number of that type near it: the current chunk was read"
                  + " unrounded");
        }
      }
    }
  }

  private static void keys(BackendUnderTest subject, Trial trial) {
    try (Bench bench = open(subject)) {
      for (DType type : halves(bench)) {
        float little = spacing(type) / 4;
        for (int chunk : new int[] {2, 1}) {
          // stored, both keys are 1: the second position weighs them alike
          float[][] q = {fill(0f), fill(1 / little)};
          float[][] k = {fill(1f), fill(1f + little)};
          float[][] v = {fill(0f), fill(1f)};
          AttentionParams params = new AttentionParams(1, 1, 8, 1f, 0, 0, 0f, null);
          Attending engine =
              new Attending(bench, new KvCacheLayout(1, 1, 8, 4, type), params, 1, 0);
          engine.table(0, 0);
          float seen = engine.tell(0, new Story(q, k, v, new float[2][]), chunk)[1][0];
          Same.require(
              Math.abs(seen - 0.5) < 1e-3,
              "two keys, 1 and "
                  + k[1][0]
                  + ", are the same number when stored as "
                  + type
                  + " and must weigh 0.5 each; in chunks of "
                  + chunk
                  + " the second weighs "
                  + seen
                  + ": it was read unrounded");
        }
      }
    }
  }

  private static float[] fill(float value) {
    float[] row = new float[8];
    java.util.Arrays.fill(row, value);
    return row;
  }

  private static void chunks(BackendUnderTest subject, Trial trial) {
    try (Bench bench = open(subject)) {
      InvarianceChecks.requireInvariant(bench);
      for (DType type : bench.kvTypes()) {
        AttentionParams params = AttentionParams.causal(4, 2, 8);
        Story story = Story.random(trial.random(), 41, 32, 16);
        Attending engine = new Attending(bench, new KvCacheLayout(1, 2, 8, 4, type), params, 11, 0);
        engine.table(0, engine.run(0, 41));
        float[][] whole = engine.tell(0, story, 41);
        for (int cut : new int[] {1, 13, 20, 40}) {
          Story again = story.anew();
          List<Attending.Part> parts = new ArrayList<>();
          parts.add(new Attending.Part(0, again, 0, cut));
          parts.add(new Attending.Part(0, again, cut, 41));
          parts.forEach(engine::step);
          Same.bits(
              "KV stored as " + type + ": one chunk of 41, and two, cut at " + cut,
              whole,
              again.out());
        }
      }
    }
  }
}
