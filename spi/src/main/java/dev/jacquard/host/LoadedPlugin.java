package dev.jacquard.host;

import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import java.util.Objects;
import java.util.function.Supplier;

/// A plugin that was found and accepted.
///
/// @param descriptor who it is, checked
/// @param plugin its entry point
/// @param origin how it was found
/// @param location where it lies, for people
public record LoadedPlugin(
    PluginDescriptor descriptor, EnginePlugin plugin, Origin origin, String location) {

  /// How a plugin was found.
  public enum Origin {
    /// Given by the host.
    BUILT_IN,
    /// On the host's class path.
    CLASS_PATH,
    /// In the plugin folder, behind a class loader of its own.
    FOLDER
  }

  /// Checks for nulls.
  public LoadedPlugin {
    Objects.requireNonNull(descriptor, "descriptor is null");
    Objects.requireNonNull(plugin, "plugin is null");
    Objects.requireNonNull(origin, "origin is null");
    Objects.requireNonNull(location, "location is null");
  }

  /// The plugin's id.
  public String id() {
    return descriptor.id();
  }

  /// The plugin's own version.
  public String version() {
    return descriptor.version();
  }

  /// Runs `call` with the plugin's class loader as context class loader: for `open`, `create`, `close`, commands. What it throws passes through.
  public <T> T call(Supplier<T> call) {
    try (var _ = ThreadContextClassLoader.swap(plugin.getClass().getClassLoader())) {
      return call.get();
    }
  }

  /// As [#call], without a result.
  public void run(Runnable call) {
    try (var _ = ThreadContextClassLoader.swap(plugin.getClass().getClassLoader())) {
      call.run();
    }
  }

  /// Id, version and location: `mine 1.0.0 (plugins/mine.jar)`.
  @Override
  public String toString() {
    return id() + " " + version() + " (" + location + ")";
  }
}
