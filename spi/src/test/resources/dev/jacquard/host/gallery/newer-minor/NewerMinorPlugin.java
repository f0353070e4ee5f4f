package gallery.newerminor;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;

public class NewerMinorPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("newer-minor", "2.0.0", Spi.MAJOR, Spi.MINOR + 1);
  }
}
