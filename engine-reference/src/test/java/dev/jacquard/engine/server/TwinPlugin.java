package dev.jacquard.engine.server;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.PluginDescriptor;

/// [RecordsPlugin] under another id, for what two plugins must not both do.
public final class TwinPlugin extends RecordsPlugin {
  /// For the host.
  public TwinPlugin() {}

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("twin", "2.0.0", Spi.MAJOR, Spi.MINOR);
  }
}
