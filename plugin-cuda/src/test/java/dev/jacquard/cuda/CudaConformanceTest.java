package dev.jacquard.cuda;

import dev.jacquard.conformance.jupiter.PluginConformance;
import dev.jacquard.spi.plugin.EnginePlugin;

/// The plugin against the rules for plugins.
class CudaConformanceTest extends PluginConformance {
  @Override
  protected EnginePlugin plugin() {
    return new CudaPlugin();
  }
}
