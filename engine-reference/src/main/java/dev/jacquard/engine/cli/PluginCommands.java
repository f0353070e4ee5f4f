package dev.jacquard.engine.cli;

import dev.jacquard.host.Offer;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.spi.plugin.PluginCommand;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Commands that plugins add. Plugins are looked for only when the first word is no command of the launcher's own.
final class PluginCommands {
  private static final Set<String> OWN =
      Set.of("serve", "complete", "chat", "tokenize", "bench", "plugins", "doctor", "help");

  private PluginCommands() {}

  /// Runs a plugin's command; null when the first word names none.
  static @Nullable Integer run(String[] arguments, PrintStream out, PrintStream err) {
    if (arguments.length == 0 || arguments[0].startsWith("-") || OWN.contains(arguments[0])) {
      return null;
    }
    try (PluginCatalog catalog = Main.catalog(List.of(Main.defaultPluginFolder()))) {
      Offer<PluginCommand> command = catalog.commands().get(arguments[0]);
      if (command == null) {
        return null;
      }
      List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
      return command.plugin().call(() -> command.value().run(rest, out, err));
    }
  }
}
