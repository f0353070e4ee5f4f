package dev.jacquard.agentaware;

import dev.jacquard.conformance.jupiter.PluginConformance;
import dev.jacquard.spi.plugin.EnginePlugin;

/// The plugin against the rules for plugins; it offers no component yet.
class AgentAwareConformanceTest extends PluginConformance {
  @Override
  protected EnginePlugin plugin() {
    return new AgentAwarePlugin();
  }
}
