package dev.jacquard.host;

import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.List;

/// A plugin and all it offers, each list asked for once and checked by itself, not yet against other plugins.
record InspectedPlugin(
    LoadedPlugin plugin,
    List<Offer<SchedulerFactory>> schedulers,
    List<Offer<BlockSpaceManagerFactory>> blockManagers,
    List<Offer<KernelBackendFactory>> kernelBackends,
    List<Offer<HintField>> hintFields,
    List<Offer<PluginCommand>> commands) {}
