package dev.jacquard.conformance.plugin;

import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which components of a plugin work together in a life; the naive one stands in for what is null.
record Pairing(@Nullable BlockSpaceManagerFactory manager, @Nullable SchedulerFactory scheduler) {
  /// Each manager and each scheduler beside the naive one, and each scheduler beside the plugin's first manager; the naive ones alone, with the plugin's listeners, when it offers neither.
  static List<Pairing> of(Opened plugin) {
    List<Pairing> pairings = new ArrayList<>();
    List<BlockSpaceManagerFactory> managers = plugin.managers();
    for (BlockSpaceManagerFactory manager : managers) {
      pairings.add(new Pairing(manager, null));
    }
    for (SchedulerFactory scheduler : plugin.schedulers()) {
      pairings.add(new Pairing(null, scheduler));
      if (!managers.isEmpty()) {
        pairings.add(new Pairing(managers.getFirst(), scheduler));
      }
    }
    if (pairings.isEmpty()) {
      pairings.add(new Pairing(null, null));
    }
    return List.copyOf(pairings);
  }

  @Override
  public String toString() {
    return "block manager "
        + (manager == null ? "of the kit" : "'" + manager.name() + "'")
        + " and scheduler "
        + (scheduler == null ? "of the kit" : "'" + scheduler.name() + "'");
  }
}
