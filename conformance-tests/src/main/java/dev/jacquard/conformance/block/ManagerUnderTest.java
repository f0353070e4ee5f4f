package dev.jacquard.conformance.block;

import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;

/// Makes the block space managers that checks try.
@FunctionalInterface
public interface ManagerUnderTest {
  /// A manager for `context`; the check closes it.
  BlockSpaceManager create(BlockSpaceContext context);
}
