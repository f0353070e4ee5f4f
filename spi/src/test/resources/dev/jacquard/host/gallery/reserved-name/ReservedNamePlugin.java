package gallery.reservedname;

import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.List;

public class ReservedNamePlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("usurper", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<SchedulerFactory> schedulers() {
    return List.of(
        new SchedulerFactory() {
          @Override
          public String name() {
            return "reference";
          }

          @Override
          public Scheduler create(PluginConfig config, SchedulerContext context) {
            throw new IllegalStateException("the gallery runs nothing");
          }
        });
  }
}
