package gallery.throwingstatic;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;

public class ThrowingStaticPlugin implements EnginePlugin {
  private static final int NUMBER = Integer.parseInt("not a number");

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("ID", "" + NUMBER, Spi.MAJOR, Spi.MINOR);
  }
}
