package dev.jacquard.host;

import static java.util.Objects.requireNonNull;

import dev.jacquard.host.LoadedPlugin.Origin;
import dev.jacquard.host.PluginProblem.Kind;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks a plugin who it is and what it offers. The SPI version is checked before anything else is called (PLG-4); a plugin that answers one question badly is refused whole.
final class PluginInspector {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  private final EnginePlugin plugin;
  private final Origin origin;
  private final String location;
  private final ReservedNames reserved;

  PluginInspector(EnginePlugin plugin, Origin origin, String location, ReservedNames reserved) {
    this.plugin = plugin;
    this.origin = origin;
    this.location = location;
    this.reserved = reserved;
  }

  InspectedPlugin inspect() throws Refusal {
    try (var _ = ThreadContextClassLoader.swap(plugin.getClass().getClassLoader())) {
      LoadedPlugin loaded = new LoadedPlugin(descriptor(), plugin, origin, location);
      return new InspectedPlugin(
          loaded,
          components(
              loaded, ComponentKind.SCHEDULER, EnginePlugin::schedulers, SchedulerFactory::name),
          components(
              loaded,
              ComponentKind.BLOCK_MANAGER,
              EnginePlugin::blockSpaceManagers,
              BlockSpaceManagerFactory::name),
          components(
              loaded,
              ComponentKind.KERNEL_BACKEND,
              EnginePlugin::kernelBackends,
              KernelBackendFactory::name),
          hintFields(loaded),
          commands(loaded));
    }
  }

  private PluginDescriptor descriptor() throws Refusal {
    PluginDescriptor descriptor =
        ask(Kind.BAD_DESCRIPTOR, "descriptor()", EnginePlugin::descriptor);
    String who = descriptor.id() + " " + descriptor.version();
    if (descriptor.spiMajor() != Spi.MAJOR || descriptor.spiMinor() > Spi.MINOR) {
      String compiled = descriptor.spiMajor() + "." + descriptor.spiMinor();
      throw refusal(
          Kind.SPI_VERSION,
          who
              + " was compiled against SPI "
              + compiled
              + " and this host runs SPI "
              + Spi.version()
              + ": use a build of the plugin for SPI "
              + Spi.version()
              + ", or a host with SPI "
              + compiled);
    }
    if (!NAME.matcher(descriptor.id()).matches()) {
      throw refusal(
          Kind.BAD_ID, "the plugin id '" + descriptor.id() + "' does not match " + NAME.pattern());
    }
    if (origin != Origin.BUILT_IN
        && (isReservedEverywhere(descriptor.id())
            || reserved.pluginIds().contains(descriptor.id()))) {
      throw refusal(
          Kind.RESERVED_NAME,
          "the plugin id '" + descriptor.id() + "' is reserved for the host: choose another");
    }
    return descriptor;
  }

  private <F> List<Offer<F>> components(
      LoadedPlugin loaded,
      ComponentKind kind,
      Function<EnginePlugin, @Nullable List<F>> method,
      Function<F, @Nullable String> nameOf)
      throws Refusal {
    List<Offer<F>> offers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (F factory : list(Kind.BAD_PROVIDERS, kind.method(), method)) {
      String name = nameOf(Kind.BAD_PROVIDERS, kind.label(), factory, nameOf);
      if (name.equals(ReservedNames.AUTO)
          || (origin != Origin.BUILT_IN && name.equals(ReservedNames.REFERENCE))) {
        throw refusal(
            Kind.RESERVED_NAME,
            "the "
                + kind.label()
                + " name '"
                + name
                + "' is reserved for the host: choose another");
      }
      if (!names.add(name)) {
        throw refusal(
            Kind.BAD_PROVIDERS,
            kind.method() + " offers two components of the name '" + name + "'");
      }
      offers.add(new Offer<>(name, factory, loaded));
    }
    return List.copyOf(offers);
  }

  private List<Offer<HintField>> hintFields(LoadedPlugin loaded) throws Refusal {
    List<HintField> fields = list(Kind.BAD_HINT_FIELD, "hintFields()", EnginePlugin::hintFields);
    String problem = HintDeclarations.problem(fields).orElse(null);
    if (problem != null) {
      throw refusal(Kind.BAD_HINT_FIELD, problem);
    }
    for (HintField field : fields) {
      if (reserved.requestFields().contains(field.name())) {
        throw refusal(
            Kind.RESERVED_NAME,
            "the request field '" + field.name() + "' is read by the host itself: choose another");
      }
    }
    return fields.stream().map(field -> new Offer<>(field.name(), field, loaded)).toList();
  }

  private List<Offer<PluginCommand>> commands(LoadedPlugin loaded) throws Refusal {
    List<Offer<PluginCommand>> offers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (PluginCommand command : list(Kind.BAD_COMMAND, "commands()", EnginePlugin::commands)) {
      String name = nameOf(Kind.BAD_COMMAND, "command", command, PluginCommand::name);
      if (reserved.commands().contains(name)) {
        throw refusal(
            Kind.RESERVED_NAME, "the command '" + name + "' is the host's own: choose another");
      }
      if (!names.add(name)) {
        throw refusal(Kind.BAD_COMMAND, "commands() offers two of the name '" + name + "'");
      }
      offers.add(new Offer<>(name, command, loaded));
    }
    return List.copyOf(offers);
  }

  private <F> String nameOf(Kind kind, String what, F offered, Function<F, @Nullable String> nameOf)
      throws Refusal {
    String name = ask(kind, "name() of a " + what, _ -> nameOf.apply(offered));
    if (!NAME.matcher(name).matches()) {
      throw refusal(kind, "the " + what + " name '" + name + "' does not match " + NAME.pattern());
    }
    return name;
  }

  private <T> List<T> list(
      Kind kind, String method, Function<EnginePlugin, @Nullable List<T>> question) throws Refusal {
    // Copied inside the guard: a list of the plugin's own making may throw while it is read.
    return ask(
        kind,
        method,
        plugin -> {
          List<T> answer = question.apply(plugin);
          if (answer == null) {
            return null;
          }
          for (T element : answer) {
            requireNonNull(element, "the list contains null");
          }
          return List.copyOf(answer);
        });
  }

  private <T> T ask(Kind kind, String method, Function<EnginePlugin, @Nullable T> question)
      throws Refusal {
    T answer;
    try {
      answer = question.apply(plugin);
    } catch (Throwable e) { // whatever a plugin throws ends that plugin, never the host
      PluginFault.rethrowIfFatal(e);
      throw new Refusal(
          location,
          PluginFault.kind(e, kind),
          plugin.getClass().getName() + ": " + method + " failed: " + PluginFault.sentence(e),
          e);
    }
    if (answer == null) {
      throw refusal(kind, plugin.getClass().getName() + ": " + method + " answered null");
    }
    return answer;
  }

  private Refusal refusal(Kind kind, String message) {
    return new Refusal(location, kind, message, null);
  }

  private static boolean isReservedEverywhere(String name) {
    return name.equals(ReservedNames.REFERENCE) || name.equals(ReservedNames.AUTO);
  }
}
