package dev.jacquard.spi.block;

import dev.jacquard.spi.PluginConfig;

/// Makes block space managers of one kind.
public interface BlockSpaceManagerFactory {
  /// The name used to select it: `[a-z][a-z0-9-]{0,62}`, stable.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-2, PLG-3
  String name();

  /// One line for listings.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-2
  default String description() {
    return "";
  }

  /// A new manager, independent of all others.
  ///
  /// - Thread: the starting thread
  /// - Ownership: the caller closes it
  /// - Allocation: free
  /// - Rules: PLG-6, PLG-9
  BlockSpaceManager create(PluginConfig config, BlockSpaceContext context);
}
