package dev.jacquard.conformance.block;

import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;

/// Makes the cache listeners that checks try: scheduling policies and publishers that hear events.
@FunctionalInterface
public interface ListenerUnderTest {
  /// A listener of an empty cache.
  ///
  /// @param context what the manager it hears was made with, without its listeners
  /// @param manager the manager it hears, as a scheduler would give it; may be asked and told
  ///     anything except while an event is told
  CacheListener create(BlockSpaceContext context, BlockSpaceManager manager);
}
