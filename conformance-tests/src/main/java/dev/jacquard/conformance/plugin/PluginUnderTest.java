package dev.jacquard.conformance.plugin;

import dev.jacquard.host.ComponentKind;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.spi.plugin.EnginePlugin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// The plugin that checks try, and how it is to be tried.
///
/// @param plugin its entry point
/// @param jars the jars it came from, its own and its libraries'; empty when it came from no jar: then it counts as the host's own and may use the host's names
/// @param configuration the operator's values by full key: `mine.ttl` → `30s`
/// @param components which of its components to look at: `scheduler:mine`, `block-manager:mine`, `kernel-backend:mine`, or a name alone; empty for all
public record PluginUnderTest(
    EnginePlugin plugin,
    List<Path> jars,
    Map<String, String> configuration,
    Set<String> components) {
  /// Copies the collections.
  public PluginUnderTest {
    Objects.requireNonNull(plugin, "plugin is null");
    jars = List.copyOf(jars);
    configuration = Map.copyOf(configuration);
    components = Set.copyOf(components);
  }

  /// A plugin object, of no jar, with all its components and no configuration: for unit tests.
  public static PluginUnderTest of(EnginePlugin plugin) {
    return new PluginUnderTest(plugin, List.of(), Map.of(), Set.of());
  }

  /// What [dev.jacquard.host.PluginLoader] found at `place`, a jar or a folder of jars. Whoever closes the catalog does so after the checks.
  ///
  /// @throws UncheckedIOException when the folder cannot be read
  public static PluginUnderTest of(LoadedPlugin plugin, Path place) {
    return new PluginUnderTest(plugin.plugin(), jarsOf(place), Map.of(), Set.of());
  }

  /// The same with another configuration.
  public PluginUnderTest withConfiguration(Map<String, String> values) {
    return new PluginUnderTest(plugin, jars, values, components);
  }

  /// The same, looking at these components only.
  public PluginUnderTest withComponents(Set<String> names) {
    return new PluginUnderTest(plugin, jars, configuration, names);
  }

  /// Whether checks look at the component `name` of `kind`.
  boolean looksAt(ComponentKind kind, String name) {
    return components.isEmpty()
        || components.contains(name)
        || components.contains(kind.key() + ":" + name);
  }

  /// Whether the host brings the plugin itself.
  boolean isBuiltIn() {
    return jars.isEmpty();
  }

  private static List<Path> jarsOf(Path place) {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + place + " cannot be read", e);
    }
  }
}
