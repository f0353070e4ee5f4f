package dev.jacquard.spi.kernel;

import dev.jacquard.spi.Availability;
import dev.jacquard.spi.PluginConfig;

/// Makes kernel backends of one kind.
public interface KernelBackendFactory {
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

  /// Rank for `auto`, higher first; the engine's own is 0.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: PLG-5
  default int priority() {
    return 0;
  }

  /// Whether it can run here. Never throws, loads natives lazily, takes no device memory.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-5
  Availability probe(PluginConfig config);

  /// A new backend, independent of all others.
  ///
  /// - Thread: the starting thread
  /// - Ownership: the caller closes it
  /// - Allocation: free
  /// - Rules: PLG-6, PLG-9
  KernelBackend create(PluginConfig config, KernelContext context);
}
