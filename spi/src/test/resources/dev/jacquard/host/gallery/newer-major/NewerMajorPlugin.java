package gallery.newermajor;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;

public class NewerMajorPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("newer-major", "2.0.0", Spi.MAJOR + 1, 0);
  }

  @Override
  public java.util.List<dev.jacquard.spi.schedule.SchedulerFactory> schedulers() {
    throw new AssertionError("asked although the version does not fit");
  }
}
