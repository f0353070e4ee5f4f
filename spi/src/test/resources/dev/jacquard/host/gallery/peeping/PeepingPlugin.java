package gallery.peeping;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import java.util.List;

/// Reports in its version what it can see of the host.
public class PeepingPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    StringBuilder seen = new StringBuilder();
    for (String name :
        List.of(
            "dev.jacquard.host.PluginIsolationTest",
            "dev.jacquard.host.PluginLoader",
            "org.junit.jupiter.api.Test",
            "dev.jacquard.spi.Spi",
            "java.util.List")) {
      try {
        Class.forName(name);
        seen.append(name).append(' ');
      } catch (ClassNotFoundException e) {
        // not visible
      }
    }
    return new PluginDescriptor("peeping", seen.toString().strip(), Spi.MAJOR, Spi.MINOR);
  }
}
