package dev.jacquard.conformance.jupiter;

import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.block.EvictionChecks;
import dev.jacquard.conformance.block.EvictionUnderTest;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.EvictionPolicy;

/// Tries an eviction policy: rules EVP.
public abstract class EvictionPolicyConformance extends Conformance<EvictionUnderTest> {
  /// For subclasses.
  protected EvictionPolicyConformance() {}

  /// A policy for a manager of `context`, with an empty cache; asked anew for each check.
  protected abstract EvictionPolicy policy(BlockSpaceContext context);

  @Override
  final Suite<EvictionUnderTest> suite() {
    return Suite.of(
        "eviction-policy:" + getClass().getSimpleName(), EvictionChecks.all(), this::policy);
  }
}
