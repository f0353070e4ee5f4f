package dev.jacquard.conformance.kernel;

import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;

/// Attention's variants, each an operation of its own: those not declared are refused.
final class AttentionVariants {
  private AttentionVariants() {}

  static void check(Fixture fixture) {
    Bench bench = fixture.bench;
    if (!bench.does(Operation.ATTENTION) || !bench.does(Operation.WRITE_KV)) {
      return;
    }
    Tensor sinks = bench.row(WeightRole.BIAS, 1, 2, 3, 4);
    refuse(fixture, Operation.ATTENTION_WINDOW, new AttentionParams(4, 2, 8, 1, 5, 0, 0, null));
    refuse(fixture, Operation.ATTENTION_SOFT_CAP, new AttentionParams(4, 2, 8, 1, 0, 0, 3, null));
    refuse(fixture, Operation.ATTENTION_SINKS, new AttentionParams(4, 2, 8, 1, 0, 0, 0, sinks));
  }

  private static void refuse(Fixture fixture, Operation operation, AttentionParams params) {
    Bench bench = fixture.bench;
    if (!bench.does(operation)) {
      fixture.step(0, 1, 2);
      Tensor q = bench.backend.activation(3, Fixture.QUERIES);
      Tensor out = bench.backend.activation(3, Fixture.QUERIES);
      DeclarationChecks.unsupported(
          operation + ", which is not declared,",
          () -> bench.backend.attention(out, q, fixture.kv(), 0, fixture.in, params));
    }
  }
}
