package gallery.hiddenclass;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;

class HiddenPlugin implements EnginePlugin {
  public HiddenPlugin() {}

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("hidden", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }
}
