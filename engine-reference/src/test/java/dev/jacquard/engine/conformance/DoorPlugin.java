package dev.jacquard.engine.conformance;

import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// A plugin in a jar that is another one on this side of the class loaders: it finds it among the objects of
/// the system's properties, under the name that a file of its jar holds.
public final class DoorPlugin implements EnginePlugin {
  /// The file in the jar.
  static final String KEY_FILE = "door.key";

  /// For the host.
  public DoorPlugin() {}

  private static EnginePlugin real() {
    try (InputStream in =
        Objects.requireNonNull(DoorPlugin.class.getResourceAsStream("/" + KEY_FILE))) {
      String key = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return (EnginePlugin) Objects.requireNonNull(System.getProperties().get(key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public PluginDescriptor descriptor() {
    return real().descriptor();
  }

  @Override
  public List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return real().blockSpaceManagers();
  }

  @Override
  public List<SchedulerFactory> schedulers() {
    return real().schedulers();
  }

  @Override
  public List<KernelBackendFactory> kernelBackends() {
    return real().kernelBackends();
  }

  @Override
  public List<HintField> hintFields() {
    return real().hintFields();
  }

  @Override
  public List<PluginCommand> commands() {
    return real().commands();
  }

  @Override
  public PluginInstance open(PluginContext context) {
    return real().open(context);
  }
}
