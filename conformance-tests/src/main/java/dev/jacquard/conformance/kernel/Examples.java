package dev.jacquard.conformance.kernel;

import static dev.jacquard.conformance.kernel.Fixture.DIM;
import static dev.jacquard.conformance.kernel.Fixture.KEYS;
import static dev.jacquard.conformance.kernel.Fixture.OUTPUTS;
import static dev.jacquard.conformance.kernel.Fixture.QUERIES;

import dev.jacquard.conformance.kernel.Arg.Use;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.RopeStyle;
import java.util.List;

/// Every operation once, over the numbers of a [Fixture].
final class Examples {
  static final float EPSILON = 1e-5f;
  static final RopeParams HALVES =
      new RopeParams(DIM, RopeStyle.HALVES, 1f, new double[] {1, 0.1, 0.01, 0.001});
  static final RopeParams NEIGHBOURS =
      new RopeParams(DIM, RopeStyle.INTERLEAVED, 1f, new double[] {1, 0.1, 0.01, 0.001});
  static final AttentionParams ATTENTION = AttentionParams.causal(QUERIES / DIM, KEYS / DIM, DIM);

  private Examples() {}

  /// Those that a backend declares.
  static List<Example> of(Bench bench, int width) {
    return all(width).stream()
        .filter(example -> example.needs().stream().allMatch(bench::does))
        .toList();
  }

  /// All, declared or not.
  static List<Example> all(int w) {
    return List.of(
        new Example(
            "embed",
            List.of(Operation.EMBED),
            List.of(written("out", w), weight("table", w)),
            (f, t, n) -> f.bench.backend.embed(t[0], t[1], f.in)),
        new Example(
            "rmsNorm",
            List.of(Operation.RMS_NORM),
            List.of(written("out", w), read("x", w), weight("weight", w)),
            (f, t, n) -> f.bench.backend.rmsNorm(t[0], t[1], t[2], EPSILON, n)),
        new Example(
            "rmsNorm of heads",
            List.of(Operation.RMS_NORM),
            List.of(written("out", QUERIES), read("x", QUERIES), weight("head weight", DIM)),
            (f, t, n) -> f.bench.backend.rmsNorm(t[0], t[1], t[2], EPSILON, n)),
        new Example(
            "matmul",
            List.of(Operation.MATMUL),
            List.of(written("out", OUTPUTS), read("x", w), weight("matrix", w)),
            (f, t, n) -> f.bench.backend.matmul(t[0], t[1], t[2], n)),
        new Example(
            "addBias",
            List.of(Operation.ADD_BIAS),
            List.of(changed("target", w), weight("bias", w)),
            (f, t, n) -> f.bench.backend.addBias(t[0], t[1], n)),
        new Example(
            "rope of halves",
            List.of(Operation.ROPE_HALVES),
            List.of(changed("q", QUERIES), changed("k", KEYS)),
            (f, t, n) -> f.bench.backend.rope(t[0], t[1], f.in, HALVES)),
        new Example(
            "rope of neighbours",
            List.of(Operation.ROPE_INTERLEAVED),
            List.of(changed("q", QUERIES), changed("k", KEYS)),
            (f, t, n) -> f.bench.backend.rope(t[0], t[1], f.in, NEIGHBOURS)),
        new Example(
            "writeKv",
            List.of(Operation.WRITE_KV),
            List.of(read("k", KEYS), read("v", KEYS)),
            (f, t, n) -> f.bench.backend.writeKv(f.kv(), Fixture.SCRATCH_LAYER, t[0], t[1], f.in)),
        new Example(
            "attention",
            List.of(Operation.WRITE_KV, Operation.ATTENTION),
            List.of(written("out", QUERIES), read("q", QUERIES)),
            (f, t, n) -> f.bench.backend.attention(t[0], t[1], f.kv(), 0, f.in, ATTENTION)),
        new Example(
            "siluMultiply",
            List.of(Operation.SILU_MULTIPLY),
            List.of(written("out", w), read("gate", w), read("up", w)),
            (f, t, n) -> f.bench.backend.siluMultiply(t[0], t[1], t[2], n)),
        new Example(
            "add",
            List.of(Operation.ADD),
            List.of(changed("target", w), read("x", w)),
            (f, t, n) -> f.bench.backend.add(t[0], t[1], n)),
        new Example(
            "gatherRows",
            List.of(Operation.GATHER_ROWS),
            List.of(written("out", w), read("x", w)),
            (f, t, n) -> f.bench.backend.gatherRows(t[0], t[1], f.in)),
        new Example(
            "addRmsNorm",
            List.of(Operation.ADD, Operation.RMS_NORM),
            List.of(written("out", w), changed("target", w), read("x", w), weight("weight", w)),
            (f, t, n) -> f.bench.backend.addRmsNorm(t[0], t[1], t[2], t[3], EPSILON, n)),
        new Example(
            "ropeWriteKv",
            List.of(Operation.ROPE_HALVES, Operation.WRITE_KV),
            List.of(changed("q", QUERIES), changed("k", KEYS), read("v", KEYS)),
            (f, t, n) ->
                f.bench.backend.ropeWriteKv(
                    t[0], t[1], t[2], f.kv(), Fixture.SCRATCH_LAYER, f.in, HALVES)));
  }

  private static Arg read(String role, int width) {
    return new Arg(role, width, Use.READ);
  }

  private static Arg written(String role, int width) {
    return new Arg(role, width, Use.WRITTEN);
  }

  private static Arg changed(String role, int width) {
    return new Arg(role, width, Use.CHANGED);
  }

  private static Arg weight(String role, int width) {
    return new Arg(role, width, Use.WEIGHT);
  }
}
