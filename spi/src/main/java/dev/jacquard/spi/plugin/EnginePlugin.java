package dev.jacquard.spi.plugin;

import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.List;

/// The entry point that [java.util.ServiceLoader] finds: a public class with a public constructor without parameters that does no work (PLG-1).
///
/// A plugin overrides only what it offers. Nothing here may touch a device, read a file or start a thread: that is for `probe`, `open` and `create`.
public interface EnginePlugin {
  /// Who the plugin is.
  ///
  /// - Thread: the starting thread
  /// - Ownership: immutable
  /// - Allocation: free
  /// - Rules: PLG-1, PLG-4
  PluginDescriptor descriptor();

  /// The block space managers it offers.
  ///
  /// - Thread: the starting thread
  /// - Ownership: the host keeps them
  /// - Allocation: free
  /// - Rules: PLG-2, PLG-3
  default List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return List.of();
  }

  /// The schedulers it offers.
  ///
  /// - Thread: the starting thread
  /// - Ownership: the host keeps them
  /// - Allocation: free
  /// - Rules: PLG-2, PLG-3
  default List<SchedulerFactory> schedulers() {
    return List.of();
  }

  /// The kernel backends it offers.
  ///
  /// - Thread: the starting thread
  /// - Ownership: the host keeps them
  /// - Allocation: free
  /// - Rules: PLG-2, PLG-3
  default List<KernelBackendFactory> kernelBackends() {
    return List.of();
  }

  /// The request fields it reads. Fields of a discovered plugin that is not selected are accepted too, and change nothing.
  ///
  /// - Thread: the starting thread
  /// - Ownership: immutable
  /// - Allocation: free
  /// - Rules: PLG-12, PLG-13
  default List<HintField> hintFields() {
    return List.of();
  }

  /// Commands it adds to the launcher.
  ///
  /// - Thread: the starting thread
  /// - Ownership: the host keeps them
  /// - Allocation: free
  /// - Rules: PLG-16
  default List<PluginCommand> commands() {
    return List.of();
  }

  /// Starts the plugin for one engine, when at least one of its components is selected or it is enabled by name. The components of the plugin share the answer, which is
  /// reachable from each of their contexts and closed after all of them.
  ///
  /// - Thread: the starting thread
  /// - Ownership: the host closes the answer
  /// - Allocation: free
  /// - Rules: PLG-6, PLG-11
  default PluginInstance open(PluginContext context) {
    return PluginInstance.NOTHING_SHARED;
  }
}
