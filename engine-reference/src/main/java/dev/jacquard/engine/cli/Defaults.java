package dev.jacquard.engine.cli;

import dev.jacquard.host.NearestName;
import dev.jacquard.spi.error.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Where an option gets its value when the command line does not give it: the environment (`JACQUARD_MAX_MODEL_LEN`), then the file of `--config` (`max-model-len`), then the built-in default.
final class Defaults implements CommandLine.IDefaultValueProvider {
  private final Map<String, String> file;
  private final Map<String, String> environment;

  private Defaults(Map<String, String> file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  /// Reads the file that the arguments name, and checks that every key in it is an option of some command or belongs to a plugin.
  static Defaults read(List<String> arguments, CommandLine line, Map<String, String> environment) {
    Path path = configPath(arguments, environment);
    Map<String, String> file = path == null ? Map.of() : ConfigFile.yaml(path);
    Set<String> options = new TreeSet<>();
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().options().forEach(option -> options.add(name(option)));
    }
    for (String key : file.keySet()) {
      if (!options.contains(key) && !key.contains(".")) {
        throw new ConfigurationException(
            path + ": nothing reads the key '" + key + "'." + NearestName.hint(key, options));
      }
    }
    return new Defaults(file, environment);
  }

  private static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  private static @Nullable Path configPath(
      List<String> arguments, Map<String, String> environment) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("--config=")) {
        return Path.of(argument.substring("--config=".length()));
      }
      if (argument.equals("--config") && i + 1 < arguments.size()) {
        return Path.of(arguments.get(i + 1));
      }
    }
    String fromEnvironment = environment.get("JACQUARD_CONFIG");
    return fromEnvironment == null ? null : Path.of(fromEnvironment);
  }

  /// The keys of the file that belong to plugins: those below a name, but for the options that have a dot themselves.
  static Map<String, String> pluginSettings(@Nullable Path config, CommandSpec command) {
    Map<String, String> settings = new TreeMap<>();
    if (config != null) {
      ConfigFile.yaml(config)
          .forEach((key, value) -> {
            if (key.contains(".") && command.findOption("--" + key) == null) {
              settings.put(key, value);
            }
          });
    }
    return settings;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String name = name(option);
    String variable = "JACQUARD_" + name.toUpperCase(Locale.ROOT).replaceAll("[-.]", "_");
    String value = environment.get(variable);
    return value != null ? value : file.get(name);
  }
}
