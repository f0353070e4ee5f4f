package dev.jacquard.conformance.jupiter;

import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.plugin.PluginChecks;
import dev.jacquard.conformance.plugin.PluginUnderTest;
import dev.jacquard.spi.plugin.EnginePlugin;
import java.util.Map;

/// Tries a plugin as a whole: rules PLG. What a jar must and must not hold is tried by the command line
/// only, which sees the jar.
public abstract class PluginConformance extends Conformance<PluginUnderTest> {
  /// For subclasses.
  protected PluginConformance() {}

  /// The plugin's entry point.
  protected abstract EnginePlugin plugin();

  /// The configuration by full key: `mine.ttl` → `30s`.
  protected Map<String, String> config() {
    return Map.of();
  }

  @Override
  final Suite<PluginUnderTest> suite() {
    return Suite.of(
        "plugin:" + plugin().descriptor().id(),
        PluginChecks.all(),
        PluginUnderTest.of(plugin()).withConfiguration(config()));
  }
}
