package dev.jacquard.host;

import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All plugins that were found, what they offer by name, and what was wrong with the others. Immutable; any thread. Maps are in the order of discovery.
///
/// Close it after everything that was made of it: closing closes the class loaders that no other catalog of the process uses, and a plugin whose loader is closed can load no further class.
public final class PluginCatalog implements AutoCloseable {
  private final List<LoadedPlugin> plugins;
  private final Map<String, Offer<SchedulerFactory>> schedulers;
  private final Map<String, Offer<BlockSpaceManagerFactory>> blockManagers;
  private final Map<String, Offer<KernelBackendFactory>> kernelBackends;
  private final Map<String, Offer<HintField>> hintFields;
  private final Map<String, Offer<PluginCommand>> commands;
  private final List<PluginProblem> problems;
  private final List<PluginClassLoaders.Hold> loaders;

  PluginCatalog(
      List<LoadedPlugin> plugins,
      Map<String, Offer<SchedulerFactory>> schedulers,
      Map<String, Offer<BlockSpaceManagerFactory>> blockManagers,
      Map<String, Offer<KernelBackendFactory>> kernelBackends,
      Map<String, Offer<HintField>> hintFields,
      Map<String, Offer<PluginCommand>> commands,
      List<PluginProblem> problems,
      List<PluginClassLoaders.Hold> loaders) {
    this.plugins = List.copyOf(plugins);
    this.schedulers = copy(schedulers);
    this.blockManagers = copy(blockManagers);
    this.kernelBackends = copy(kernelBackends);
    this.hintFields = copy(hintFields);
    this.commands = copy(commands);
    this.problems = List.copyOf(problems);
    this.loaders = List.copyOf(loaders);
  }

  /// The accepted plugins.
  public List<LoadedPlugin> plugins() {
    return plugins;
  }

  /// The accepted plugin of this id.
  public Optional<LoadedPlugin> plugin(String id) {
    return plugins.stream().filter(plugin -> plugin.id().equals(id)).findFirst();
  }

  /// Schedulers by name.
  public Map<String, Offer<SchedulerFactory>> schedulers() {
    return schedulers;
  }

  /// Block space managers by name.
  public Map<String, Offer<BlockSpaceManagerFactory>> blockManagers() {
    return blockManagers;
  }

  /// Kernel backends by name.
  public Map<String, Offer<KernelBackendFactory>> kernelBackends() {
    return kernelBackends;
  }

  /// The request fields any plugin declares, by name, each with the first plugin that does.
  public Map<String, Offer<HintField>> hintFields() {
    return hintFields;
  }

  /// The launcher's additional commands by name.
  public Map<String, Offer<PluginCommand>> commands() {
    return commands;
  }

  /// What is wrong with plugins that were found, in the order of discovery.
  public List<PluginProblem> problems() {
    return problems;
  }

  /// Gives the class loaders back; idempotent.
  ///
  /// @throws UncheckedIOException when jars cannot be closed, the first failure with the others suppressed
  @Override
  public void close() {
    UncheckedIOException failure = null;
    for (PluginClassLoaders.Hold hold : loaders.reversed()) {
      try {
        hold.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = new UncheckedIOException(e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static <T> Map<String, Offer<T>> copy(Map<String, Offer<T>> offers) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(offers));
  }
}
