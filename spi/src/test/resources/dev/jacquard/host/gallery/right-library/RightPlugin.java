package gallery.right;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import gallery.shared.Library;

public class RightPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("right", Library.whose(), Spi.MAJOR, Spi.MINOR);
  }
}
