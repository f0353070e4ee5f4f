package dev.jacquard.engine.conformance;

import dev.jacquard.conformance.jupiter.BlockSpaceManagerConformance;
import dev.jacquard.engine.block.PagedBlockSpaceManager;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;

/// The engine's own block manager, judged like anybody's.
class PagedManagerConformanceTest extends BlockSpaceManagerConformance {
  @Override
  protected BlockSpaceManagerFactory factory() {
    return new BlockSpaceManagerFactory() {
      @Override
      public String name() {
        return "reference";
      }

      @Override
      public BlockSpaceManager create(PluginConfig config, BlockSpaceContext context) {
        return new PagedBlockSpaceManager(
            context, new LruEviction(context.deviceBlocks(), context.hostBlocks()));
      }
    };
  }
}
