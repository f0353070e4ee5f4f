package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PagePanel;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.plugin.ResourceCollection;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who the plugin says it is, and what its parts are called.
final class IdentityChecks {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern RESOURCE = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
  private static final int ASKED = 3;

  private record Named(
      String what, @Nullable String name, @Nullable String description, Pattern form) {}

  private IdentityChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_2,
            "ids and names have the form, are not the host's, and descriptions are one line",
            IdentityChecks::namesHaveTheForm,
            "capital letters, dots or spaces in a name",
            "a description that is null"),
        Check.of(
            Rule.PLG_2,
            "names answer the same each time",
            IdentityChecks::namesStay,
            "a name made of a counter, a hash or the time"),
        Check.of(
            Rule.PLG_3,
            "no two components of one kind have one name",
            IdentityChecks::namesDiffer,
            "a name copied from another factory"),
        Check.of(
            Rule.PLG_4,
            "the descriptor states an SPI that this host runs, the same each time",
            IdentityChecks::descriptor,
            "a version written by hand instead of Spi.MAJOR and Spi.MINOR",
            "a plugin compiled against another SPI"));
  }

  private static void namesHaveTheForm(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          for (Named named : names(subject)) {
            String name = named.name();
            Require.that(
                name != null && named.form().matcher(name).matches(),
                () -> "the " + named.what() + " '" + name + "' does not match " + named.form());
            boolean reserved =
                "auto".equals(name) || ("reference".equals(name) && !subject.isBuiltIn());
            Require.that(
                !reserved || !named.form().equals(NAME),
                () -> "the " + named.what() + " '" + name + "' belongs to the host");
            String description = named.description();
            Require.that(
                description != null && description.lines().count() <= 1,
                () ->
                    "the description of the "
                        + named.what()
                        + " '"
                        + name
                        + "' is "
                        + (description == null ? "null" : "more than one line: " + description));
          }
        });
  }

  private static void namesStay(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<String> first = nameList(subject);
          for (int i = 1; i < ASKED; i++) {
            List<String> again = nameList(subject);
            Require.that(
                first.equals(again),
                () -> "asked again, the names are other ones: first " + first + ", then " + again);
          }
        });
  }

  private static List<String> nameList(PluginUnderTest subject) {
    return names(subject).stream().map(named -> named.what() + " " + named.name()).toList();
  }

  private static void namesDiffer(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          Set<String> seen = new HashSet<>();
          for (Named named : components(subject.plugin())) {
            Require.that(
                seen.add(named.what() + " " + named.name()),
                () -> "two components are called " + named.what() + " '" + named.name() + "'");
          }
        });
  }

  private static void descriptor(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          EnginePlugin plugin = subject.plugin();
          PluginDescriptor first = Require.answer(plugin.descriptor(), "descriptor()");
          String stated = first.spiMajor() + "." + first.spiMinor();
          Require.that(
              first.spiMajor() == Spi.MAJOR
                  && first.spiMinor() >= 0
                  && first.spiMinor() <= Spi.MINOR,
              () ->
                  "descriptor() states SPI "
                      + stated
                      + ", and this is SPI "
                      + Spi.version()
                      + ": write Spi.MAJOR and Spi.MINOR and compile against the SPI of this kit");
          Require.that(!first.version().isBlank(), () -> "descriptor() has a blank version");
          for (int i = 1; i < ASKED; i++) {
            PluginDescriptor again = plugin.descriptor();
            Require.that(
                Objects.equals(first, again),
                () -> "descriptor() answered " + first + " and then " + again);
          }
        });
  }

  private static List<Named> names(PluginUnderTest subject) {
    EnginePlugin plugin = subject.plugin();
    PluginDescriptor descriptor = Require.answer(plugin.descriptor(), "descriptor()");
    List<Named> names = new ArrayList<>();
    names.add(new Named("plugin id", descriptor.id(), "", NAME));
    names.addAll(components(plugin));
    for (PluginCommand command : Require.list(plugin.commands(), "commands()")) {
      names.add(new Named("command", command.name(), command.description(), NAME));
    }
    try (Opened opened = Opened.of(subject)) {
      for (PagePanel panel : Require.list(opened.instance().panels(), "panels()")) {
        names.add(new Named("panel", panel.id(), panel.title(), NAME));
      }
      for (ResourceCollection one : Require.list(opened.instance().resources(), "resources()")) {
        names.add(new Named("resource", one.name(), "", RESOURCE));
      }
    }
    return names;
  }

  private static List<Named> components(EnginePlugin plugin) {
    List<Named> names = new ArrayList<>();
    for (BlockSpaceManagerFactory one :
        Require.list(plugin.blockSpaceManagers(), "blockSpaceManagers()")) {
      names.add(new Named("block manager", one.name(), one.description(), NAME));
    }
    for (SchedulerFactory one : Require.list(plugin.schedulers(), "schedulers()")) {
      names.add(new Named("scheduler", one.name(), one.description(), NAME));
    }
    for (KernelBackendFactory one : Require.list(plugin.kernelBackends(), "kernelBackends()")) {
      names.add(new Named("kernel backend", one.name(), one.description(), NAME));
    }
    return names;
  }
}
