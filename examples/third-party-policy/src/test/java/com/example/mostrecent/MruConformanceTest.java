package com.example.mostrecent;

import dev.jacquard.conformance.jupiter.EvictionPolicyConformance;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.EvictionPolicy;

/// The policy against every rule for eviction policies.
class MruConformanceTest extends EvictionPolicyConformance {
  @Override
  protected EvictionPolicy policy(BlockSpaceContext context) {
    return new MruEviction(context.deviceBlocks(), context.hostBlocks());
  }
}
