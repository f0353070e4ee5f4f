package dev.jacquard.host;

import java.util.Objects;

/// Something a plugin offers under a name: a factory, a hint field or a command.
///
/// @param name the name, read once when the plugin was loaded
/// @param value what is offered
/// @param plugin who offers it
public record Offer<T>(String name, T value, LoadedPlugin plugin) {
  /// Checks for nulls.
  public Offer {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(value, "value is null");
    Objects.requireNonNull(plugin, "plugin is null");
  }

  /// Name and plugin, for listings.
  @Override
  public String toString() {
    return name + " of " + plugin;
  }
}
