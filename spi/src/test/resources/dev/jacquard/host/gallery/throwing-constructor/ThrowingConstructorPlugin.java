package gallery.throwingconstructor;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;

public class ThrowingConstructorPlugin implements EnginePlugin {
  public ThrowingConstructorPlugin() {
    throw new IllegalStateException("no device");
  }

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("throwing-constructor", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }
}
