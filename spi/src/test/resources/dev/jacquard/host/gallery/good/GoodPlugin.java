package gallery.good;

import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import java.util.List;

public class GoodPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("good", "1.2.3", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return List.of(new Factory());
  }

  private static final class Factory implements BlockSpaceManagerFactory {
    @Override
    public String name() {
      return "good-blocks";
    }

    @Override
    public BlockSpaceManager create(PluginConfig config, BlockSpaceContext context) {
      throw new IllegalStateException("the gallery runs nothing");
    }
  }
}
