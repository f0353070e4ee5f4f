package dev.jacquard.host;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the operator asked for.
///
/// @param scheduler name of the scheduler, or null when none is named
/// @param blockManager name of the block space manager, or null when none is named
/// @param kernelBackend name of the kernel backend or `auto`, or null when none is named
/// @param enabledPlugins ids of plugins of which everything is wanted (`--enable-ID`)
/// @param strict whether every problem of any plugin ends the start (`plugins.strict`)
public record SelectionRequest(
    @Nullable String scheduler,
    @Nullable String blockManager,
    @Nullable String kernelBackend,
    List<String> enabledPlugins,
    boolean strict) {
  /// The host's own components.
  public static final SelectionRequest DEFAULT =
      new SelectionRequest(null, null, null, List.of(), false);

  /// Copies the list, each id once.
  public SelectionRequest {
    enabledPlugins = enabledPlugins.stream().distinct().toList();
  }
}
