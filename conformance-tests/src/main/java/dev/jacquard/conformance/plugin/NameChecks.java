package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.plugin.PagePanel;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.plugin.ResourceCollection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether what a plugin contributes can be found under its name.
final class NameChecks {
  private static final Set<String> COMMANDS =
      Set.of(
          "bench",
          "chat",
          "complete",
          "conformance",
          "doctor",
          "help",
          "inspect",
          "plugins",
          "quantize",
          "serve",
          "tokenize",
          "version");
  private static final Set<String> PATHS = Set.of("chat", "completions", "models");

  private NameChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_16,
            "commands, resources and panels have names of their own",
            NameChecks::own,
            "two entries made from one template",
            "a name the host uses itself"),
        Check.of(
            Rule.PLG_16,
            "each panel has its index.html",
            NameChecks::panels,
            "a slash at an end of the folder's name",
            "the folder is not packed into the jar"));
  }

  private static void own(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          Set<String> seen = new HashSet<>();
          for (PluginCommand command : Require.list(subject.plugin().commands(), "commands()")) {
            claim(seen, "command", command.name(), COMMANDS);
          }
          try (Opened opened = Opened.of(subject)) {
            for (ResourceCollection one :
                Require.list(opened.instance().resources(), "resources()")) {
              claim(seen, "resource", one.name(), PATHS);
            }
            for (PagePanel panel : Require.list(opened.instance().panels(), "panels()")) {
              claim(seen, "panel", panel.id(), Set.of());
            }
          }
          if (seen.isEmpty()) {
            throw new NotApplicable("the plugin contributes no command, resource or panel");
          }
        });
  }

  private static void claim(Set<String> seen, String what, String name, Set<String> hosts) {
    Require.that(
        seen.add(what + " " + name), () -> "two of them are called " + what + " '" + name + "'");
    Require.that(!hosts.contains(name), () -> "the " + what + " '" + name + "' is the host's own");
  }

  private static void panels(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          ClassLoader loader = subject.plugin().getClass().getClassLoader();
          try (Opened opened = Opened.of(subject)) {
            List<PagePanel> panels = Require.list(opened.instance().panels(), "panels()");
            if (panels.isEmpty()) {
              throw new NotApplicable("the plugin has no panel");
            }
            for (PagePanel panel : panels) {
              String folder = panel.folder();
              Require.that(
                  !folder.isEmpty() && !folder.startsWith("/") && !folder.endsWith("/"),
                  () ->
                      "the folder of panel '"
                          + panel.id()
                          + "' is '"
                          + folder
                          + "'; write it without slashes at its ends");
              Require.that(
                  loader.getResource(folder + "/index.html") != null,
                  () ->
                      "panel '"
                          + panel.id()
                          + "': there is no "
                          + folder
                          + "/index.html beside the plugin's classes");
            }
          }
        });
  }
}
