package dev.jacquard.host;

import java.util.Set;

/// Names the host keeps for itself; a plugin that uses one is refused.
///
/// @param pluginIds ids that would collide with the host's own configuration sections
/// @param commands the launcher's own commands
/// @param requestFields fields of a request the host reads itself
public record ReservedNames(
    Set<String> pluginIds, Set<String> commands, Set<String> requestFields) {
  /// Nothing but what is reserved everywhere: `reference` and `auto`.
  public static final ReservedNames NONE = new ReservedNames(Set.of(), Set.of(), Set.of());

  /// The name of the host's own components.
  public static final String REFERENCE = "reference";

  /// The word that asks for the best kernel backend.
  public static final String AUTO = "auto";

  /// Copies the sets.
  public ReservedNames {
    pluginIds = Set.copyOf(pluginIds);
    commands = Set.copyOf(commands);
    requestFields = Set.copyOf(requestFields);
  }
}
