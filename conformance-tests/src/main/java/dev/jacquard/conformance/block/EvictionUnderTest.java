package dev.jacquard.conformance.block;

import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.EvictionPolicy;

/// Makes the eviction policies that checks try.
@FunctionalInterface
public interface EvictionUnderTest {
  /// A policy for a manager of `context`, with an empty cache.
  EvictionPolicy create(BlockSpaceContext context);
}
