package gallery.hostclass;

import dev.jacquard.host.PluginLoader;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;

/// Compiled against the host's own classes, which it must not see.
public class HostClassPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor(
        "host-class", new PluginLoader(null, null).toString(), Spi.MAJOR, Spi.MINOR);
  }
}
