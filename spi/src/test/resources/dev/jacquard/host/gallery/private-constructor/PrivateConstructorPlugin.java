package gallery.privateconstructor;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;

public class PrivateConstructorPlugin implements EnginePlugin {
  private PrivateConstructorPlugin() {}

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("private-constructor", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }
}
