package dev.jacquard.engine.cli;

import dev.jacquard.host.NearestName;
import dev.jacquard.host.Offer;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.plugin.PluginCommand;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Commands that plugins add. Plugins are looked for only when the first word is no command of the launcher's own. Before that word `--plugin-dir` says where; what follows it is the plugin's.
final class PluginCommands {
  private static final Set<String> OWN =
      Set.of("serve", "complete", "chat", "tokenize", "bench", "plugins", "doctor", "help");
  private static final String FOLDER = "--plugin-dir";

  private PluginCommands() {}

  /// Runs a plugin's command; null when the first word names none.
  ///
  /// @throws ConfigurationException when folders are named and none of their plugins has the command
  static @Nullable Integer run(
      String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    List<String> named = new ArrayList<>();
    int at = 0;
    while (at < arguments.length && arguments[at].startsWith(FOLDER)) {
      if (arguments[at].startsWith(FOLDER + "=")) {
        named.add(arguments[at].substring(FOLDER.length() + 1));
        at++;
      } else if (arguments[at].equals(FOLDER) && at + 1 < arguments.length) {
        named.add(arguments[at + 1]);
        at += 2;
      } else {
        return null;
      }
    }
    if (at == arguments.length || arguments[at].startsWith("-")) {
      return null;
    }
    String name = arguments[at];
    if (OWN.contains(name)) {
      if (named.isEmpty()) {
        return null;
      }
      throw new ConfigurationException(
          FOLDER + " comes after the command here: jacquard " + name + " " + FOLDER + " FOLDER");
    }
    List<Path> folders = folders(named, environment, out, err);
    try (PluginCatalog catalog = Main.catalog(folders)) {
      Offer<PluginCommand> command = catalog.commands().get(name);
      if (command != null) {
        return run(command, Arrays.asList(arguments).subList(at + 1, arguments.length), out, err);
      }
      if (named.isEmpty()) {
        return null;
      }
      throw new ConfigurationException(
          "no plugin in "
              + String.join(", ", named)
              + " adds the command '"
              + name
              + "'."
              + NearestName.hint(name, catalog.commands().keySet()));
    }
  }

  private static int run(
      Offer<PluginCommand> command, List<String> rest, PrintStream out, PrintStream err) {
    try {
      return command.plugin().call(() -> command.value().run(rest, out, err));
    } catch (ConfigurationException e) {
      throw e;
    } catch (EngineException e) {
      err.println("jacquard: " + e.getMessage());
      return 1;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      err.println(
          "jacquard: this is a fault of plugin "
              + command.plugin()
              + ": its command '"
              + command.name()
              + "' failed");
      e.printStackTrace(err);
      return 1;
    } finally {
      out.flush();
    }
  }

  /// From the command line, the environment or the file, as for every other command.
  private static List<Path> folders(
      List<String> named, Map<String, String> environment, PrintStream out, PrintStream err) {
    String all = named.isEmpty() ? fallback(environment, out, err) : String.join(",", named);
    if (all == null) {
      return List.of(Main.defaultPluginFolder());
    }
    List<Path> folders = new ArrayList<>();
    for (String one : List.of(all.split(",", -1))) {
      Path folder = Path.of(one);
      if (one.isEmpty() || !Files.isDirectory(folder)) {
        throw new ConfigurationException(FOLDER + " is " + one + "; there is no such folder");
      }
      folders.add(folder);
    }
    return folders;
  }

  private static @Nullable String fallback(
      Map<String, String> environment, PrintStream out, PrintStream err) {
    CommandLine line = Main.commandLine(List.of(), out, err, environment);
    CommandLine plugins = line.getSubcommands().get("plugins");
    try {
      return plugins == null
          ? null
          : line.getDefaultValueProvider()
              .defaultValue(plugins.getCommandSpec().findOption(FOLDER));
    } catch (Exception e) {
      throw new ConfigurationException(FOLDER + " cannot be read: " + e.getMessage(), e);
    }
  }
}
