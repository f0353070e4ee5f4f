package gallery.left;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import gallery.shared.Library;

public class LeftPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("left", Library.whose(), Spi.MAJOR, Spi.MINOR);
  }
}
