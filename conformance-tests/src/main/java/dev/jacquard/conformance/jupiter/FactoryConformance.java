package dev.jacquard.conformance.jupiter;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.subject.Factories;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.plugin.PluginInstance;
import java.util.List;
import java.util.Map;

/// What the classes share that try the components of a factory.
///
/// @param <S> the kind of component
public abstract class FactoryConformance<S> extends Conformance<S> {
  FactoryConformance() {}

  /// The plugin's configuration, without its id in front: `ttl` → `30s`.
  protected Map<String, String> config() {
    return Map.of();
  }

  /// What the plugin opens for an engine; asked anew for each component. It is not closed.
  protected PluginInstance instance() {
    return PluginInstance.NOTHING_SHARED;
  }

  final PluginConfig pluginConfig() {
    return new ConfigTree(config()).section("");
  }

  final Factories factories() {
    return new Factories(this::pluginConfig, this::instance);
  }

  static <T> Suite<T> suite(String component, List<Check<T>> checks, T subject) {
    return Suite.of(component, checks, subject);
  }
}
