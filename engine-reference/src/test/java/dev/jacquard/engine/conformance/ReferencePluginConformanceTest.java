package dev.jacquard.engine.conformance;

import dev.jacquard.conformance.jupiter.PluginConformance;
import dev.jacquard.engine.builtin.ReferencePlugin;
import dev.jacquard.spi.plugin.EnginePlugin;

/// The engine's own parts as a plugin, judged like anybody's.
class ReferencePluginConformanceTest extends PluginConformance {
  @Override
  protected EnginePlugin plugin() {
    return new ReferencePlugin();
  }
}
