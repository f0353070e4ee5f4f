package dev.jacquard.host;

import dev.jacquard.host.PluginProblem.Kind;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Puts accepted plugins side by side and finds where they contradict each other. Of two that do, the one found first stays for listings; a start is refused either way.
final class CatalogBuilder {
  private final Map<String, LoadedPlugin> plugins = new LinkedHashMap<>();
  private final Map<String, Offer<SchedulerFactory>> schedulers = new LinkedHashMap<>();
  private final Map<String, Offer<BlockSpaceManagerFactory>> blockManagers = new LinkedHashMap<>();
  private final Map<String, Offer<KernelBackendFactory>> kernelBackends = new LinkedHashMap<>();
  private final Map<String, Offer<HintField>> hintFields = new LinkedHashMap<>();
  private final Map<String, Offer<PluginCommand>> commands = new LinkedHashMap<>();
  private final List<PluginProblem> problems = new ArrayList<>();

  void add(PluginProblem problem) {
    problems.add(problem);
  }

  void add(InspectedPlugin inspected) {
    LoadedPlugin plugin = inspected.plugin();
    LoadedPlugin same = plugins.putIfAbsent(plugin.id(), plugin);
    if (same != null) {
      conflict(
          Kind.DUPLICATE_ID, "there are two plugins of the id '" + plugin.id() + "'", same, plugin);
      return;
    }
    merge(ComponentKind.SCHEDULER, inspected.schedulers(), schedulers);
    merge(ComponentKind.BLOCK_MANAGER, inspected.blockManagers(), blockManagers);
    merge(ComponentKind.KERNEL_BACKEND, inspected.kernelBackends(), kernelBackends);
    for (Offer<HintField> field : inspected.hintFields()) {
      Offer<HintField> other = hintFields.putIfAbsent(field.name(), field);
      if (other != null && !other.value().equals(field.value())) {
        conflict(
            Kind.HINT_CONFLICT,
            "two plugins declare the request field '" + field.name() + "' differently",
            other.plugin(),
            plugin);
      }
    }
    for (Offer<PluginCommand> command : inspected.commands()) {
      Offer<PluginCommand> other = commands.putIfAbsent(command.name(), command);
      if (other != null) {
        conflict(
            Kind.DUPLICATE_COMMAND,
            "two plugins add the command '" + command.name() + "'",
            other.plugin(),
            plugin);
      }
    }
  }

  PluginCatalog build(List<PluginClassLoaders.Hold> loaders) {
    return new PluginCatalog(
        List.copyOf(plugins.values()),
        schedulers,
        blockManagers,
        kernelBackends,
        hintFields,
        commands,
        problems,
        loaders);
  }

  private <F> void merge(ComponentKind kind, List<Offer<F>> from, Map<String, Offer<F>> into) {
    for (Offer<F> offer : from) {
      Offer<F> other = into.putIfAbsent(offer.name(), offer);
      if (other != null) {
        conflict(
            Kind.DUPLICATE_PROVIDER,
            "two plugins offer a " + kind.label() + " of the name '" + offer.name() + "'",
            other.plugin(),
            offer.plugin());
      }
    }
  }

  private void conflict(Kind kind, String what, LoadedPlugin first, LoadedPlugin second) {
    problems.add(
        new PluginProblem(
            second.location(),
            kind,
            what + ": " + first + " and " + second + "; take one of them away",
            null));
  }
}
