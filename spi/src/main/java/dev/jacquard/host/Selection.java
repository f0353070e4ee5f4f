package dev.jacquard.host;

import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The components one engine runs with.
///
/// @param scheduler the scheduler's factory
/// @param blockManager the block space manager's factory
/// @param kernelBackend the kernel backend's factory, available on this machine
/// @param device where the backend said it runs
/// @param enabled plugins enabled by name
/// @param rejected why `auto` passed over backends of a higher priority, one line each, to be logged
public record Selection(
    Offer<SchedulerFactory> scheduler,
    Offer<BlockSpaceManagerFactory> blockManager,
    Offer<KernelBackendFactory> kernelBackend,
    String device,
    List<LoadedPlugin> enabled,
    List<String> rejected) {
  /// Copies the lists.
  public Selection {
    enabled = List.copyOf(enabled);
    rejected = List.copyOf(rejected);
  }

  /// The plugins to open, each once: those of the components, then the enabled ones.
  public Set<LoadedPlugin> plugins() {
    Set<LoadedPlugin> plugins = new LinkedHashSet<>();
    plugins.add(kernelBackend.plugin());
    plugins.add(blockManager.plugin());
    plugins.add(scheduler.plugin());
    plugins.addAll(enabled);
    return plugins;
  }
}
