package dev.jacquard.engine.conformance;

import dev.jacquard.conformance.jupiter.EvictionPolicyConformance;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.EvictionPolicy;

/// The default eviction policy, judged like anybody's.
class LruConformanceTest extends EvictionPolicyConformance {
  @Override
  protected EvictionPolicy policy(BlockSpaceContext context) {
    return new LruEviction(context.deviceBlocks(), context.hostBlocks());
  }
}
