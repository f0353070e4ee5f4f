package gallery.nulldescriptor;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;

public class NullDescriptorPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return Spi.MAJOR < 0 ? new PluginDescriptor("", "", 0, 0) : null;
  }
}
