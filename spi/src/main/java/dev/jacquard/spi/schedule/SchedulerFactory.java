package dev.jacquard.spi.schedule;

import dev.jacquard.spi.PluginConfig;

/// Makes schedulers of one kind.
public interface SchedulerFactory {
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

  /// A new scheduler, independent of all others.
  ///
  /// - Thread: the starting thread
  /// - Ownership: the caller closes it
  /// - Allocation: free
  /// - Rules: PLG-6, PLG-9
  Scheduler create(PluginConfig config, SchedulerContext context);
}
