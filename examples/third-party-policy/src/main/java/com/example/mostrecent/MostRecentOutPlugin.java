package com.example.mostrecent;

import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import java.util.List;

/// What Jacquard finds: one block manager, the host's own paged mechanism with another order of eviction.
public final class MostRecentOutPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("most-recent-out", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return List.of(new Factory());
  }

  private static final class Factory implements BlockSpaceManagerFactory {
    @Override
    public String name() {
      return "mru";
    }

    @Override
    public String description() {
      return "paged, evicts what was used most recently";
    }

    @Override
    public BlockSpaceManager create(PluginConfig config, BlockSpaceContext context) {
      return context.paged(new MruEviction(context.deviceBlocks(), context.hostBlocks()));
    }
  }
}
