package dev.jacquard.conformance.cli;

import dev.jacquard.conformance.Budget;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.RunOptions;
import dev.jacquard.host.NearestName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parsed command line.
///
/// @param plugin the jar or folder
/// @param components what to try, all when empty
/// @param settings configuration by full key
/// @param run seed, budget, rules and patience
/// @param waivers reasons by rule id
/// @param reports files to write
/// @param requireAvailable whether what cannot run here counts as failed
/// @param heap of the child process, as for `-Xmx`
/// @param words the arguments as given, to repeat them
record Options(
    Path plugin,
    Set<String> components,
    Map<String, String> settings,
    RunOptions run,
    Map<String, String> waivers,
    List<Path> reports,
    boolean requireAvailable,
    String heap,
    List<String> words) {

  private static final List<String> NAMES =
      List.of(
          "--plugin",
          "--component",
          "--set",
          "--rule",
          "--seed",
          "--budget",
          "--waive",
          "--report",
          "--require-available",
          "--heap",
          "--patience",
          "--list-rules",
          "--help");

  static Options parse(String[] arguments) throws Usage {
    return new Parser(arguments).parse();
  }

  private static final class Parser {
    private final String[] arguments;
    private @Nullable Path plugin;
    private final Set<String> components = new LinkedHashSet<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Set<Rule> rules = EnumSet.noneOf(Rule.class);
    private final Map<String, String> waivers = new LinkedHashMap<>();
    private final List<Path> reports = new ArrayList<>();
    private long seed = RunOptions.USUAL_SEED;
    private Budget budget = Budget.QUICK;
    private @Nullable Duration patience;
    private boolean requireAvailable;
    private String heap = "1g";

    Parser(String[] arguments) {
      this.arguments = arguments;
    }

    Options parse() throws Usage {
      for (int i = 0; i < arguments.length; i++) {
        String name = arguments[i];
        if (name.equals("--require-available")) {
          requireAvailable = true;
          continue;
        }
        int equals = name.indexOf('=');
        String value;
        if (name.startsWith("--") && equals > 0) {
          value = name.substring(equals + 1);
          name = name.substring(0, equals);
        } else if (NAMES.contains(name)) {
          if (++i == arguments.length) {
            throw new Usage(name + " needs a value");
          }
          value = arguments[i];
        } else {
          throw unknown(name);
        }
        option(name, value);
      }
      if (plugin == null) {
        throw new Usage("--plugin is missing: name the jar, or the folder of jars, to try");
      }
      RunOptions usual = RunOptions.of(budget, seed);
      return new Options(
          plugin,
          components,
          settings,
          new RunOptions(seed, budget, rules, patience == null ? usual.patience() : patience),
          waivers,
          reports,
          requireAvailable,
          heap,
          Arrays.asList(arguments));
    }

    private static Usage unknown(String name) {
      return new Usage("unknown option " + name + "." + NearestName.hint(name, NAMES));
    }

    private void option(String name, String value) throws Usage {
      switch (name) {
        case "--plugin" -> {
          plugin = Path.of(value);
          if (!Files.exists(plugin)) {
            throw new Usage("--plugin " + value + ": there is no such file or folder");
          }
        }
        case "--component" -> components.add(value);
        case "--set" -> {
          String[] pair = pair(name, value);
          settings.put(pair[0], pair[1]);
        }
        case "--rule" -> rules.add(rule(name, value));
        case "--seed" -> seed = number(name, value);
        case "--budget" -> budget = budget(value);
        case "--waive" -> {
          String[] pair = pair(name, value);
          waivers.put(rule(name, pair[0]).id(), pair[1]);
        }
        case "--report" -> reports.add(Path.of(value));
        case "--heap" -> {
          if (!value.matches("[1-9][0-9]{0,6}[kKmMgG]")) {
            throw new Usage("--heap " + value + ": give a size such as 512m or 2g");
          }
          heap = value;
        }
        case "--patience" -> {
          long seconds = number(name, value);
          if (seconds < 1 || seconds > 86_400) {
            throw new Usage("--patience " + value + ": give seconds, 1 to 86400");
          }
          patience = Duration.ofSeconds(seconds);
        }
        default -> throw unknown(name);
      }
    }

    private static String[] pair(String name, String value) throws Usage {
      int equals = value.indexOf('=');
      if (equals < 1) {
        throw new Usage(name + " " + value + ": write it as KEY=VALUE");
      }
      return new String[] {value.substring(0, equals), value.substring(equals + 1)};
    }

    private static Rule rule(String name, String id) throws Usage {
      List<String> known = Arrays.stream(Rule.values()).map(Rule::id).toList();
      return Rule.of(id)
          .orElseThrow(() ->
              new Usage(
                  name
                      + " "
                      + id
                      + ": there is no such rule."
                      + NearestName.hint(id.toUpperCase(Locale.ROOT), known)
                      + " --list-rules prints them all"));
    }

    private static long number(String name, String value) throws Usage {
      try {
        return value.startsWith("0x") || value.startsWith("0X")
            ? Long.parseUnsignedLong(value.substring(2), 16)
            : Long.parseLong(value);
      } catch (NumberFormatException e) {
        throw new Usage(name + " " + value + ": give a whole number, or hexadecimal after 0x");
      }
    }

    private static Budget budget(String value) throws Usage {
      for (Budget budget : Budget.values()) {
        if (budget.name().equalsIgnoreCase(value)) {
          return budget;
        }
      }
      throw new Usage("--budget " + value + ": choose quick or full");
    }
  }
}
