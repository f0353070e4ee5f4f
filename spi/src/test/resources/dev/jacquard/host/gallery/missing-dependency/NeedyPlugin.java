package gallery.missingdependency;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;

public class NeedyPlugin extends Base {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("needy", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }
}
