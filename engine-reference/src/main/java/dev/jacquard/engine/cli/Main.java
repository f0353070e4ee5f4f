package dev.jacquard.engine.cli;

import dev.jacquard.engine.chat.ChatTemplateException;
import dev.jacquard.engine.model.file.ModelFileException;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.error.EngineException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Entry point of the launcher.
@Command(
    name = "jacquard",
    description = "A pluggable LLM inference engine for the JVM.",
    versionProvider = Main.VersionProvider.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ServeCommand.class,
      CompleteCommand.class,
      ChatCommand.class,
      TokenizeCommand.class,
      BenchCommand.class,
      PluginsCommand.class,
      DoctorCommand.class
    })
public final class Main implements Callable<Integer> {
  private static final String LOGGING = "logback.configurationFile";

  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  private Main() {}

  /// Runs a command and exits with its code.
  public static void main(String[] arguments) {
    if (System.getProperty(LOGGING) == null) {
      System.setProperty(LOGGING, "dev/jacquard/engine/cli/logback.xml");
    }
    if (System.getProperty("jacquard.log.level") == null) {
      boolean serving = arguments.length > 0 && arguments[0].equals("serve");
      boolean verbose = Arrays.asList(arguments).contains("--verbose");
      System.setProperty("jacquard.log.level", verbose ? "DEBUG" : serving ? "INFO" : "WARN");
    }
    System.exit(run(System.out, System.err, arguments));
  }

  /// Runs a command and returns its exit code.
  static int run(PrintStream out, PrintStream err, String... arguments) {
    return run(out, err, System.getenv(), arguments);
  }

  /// Runs a command under the given environment and returns its exit code.
  static int run(
      PrintStream out, PrintStream err, Map<String, String> environment, String... arguments) {
    try {
      Integer answer = PluginCommands.run(arguments, environment, out, err);
      if (answer != null) {
        return answer;
      }
      List<String> plain = DynamicOptions.rewrite(Arrays.asList(arguments));
      CommandLine line = commandLine(plain, out, err, environment);
      return line.execute(plain.toArray(new String[0]));
    } catch (ConfigurationException e) {
      err.println("jacquard: " + e.getMessage());
      return 2;
    }
  }

  /// All commands, with defaults from the environment and the file that the arguments name.
  static CommandLine commandLine(
      List<String> arguments, PrintStream out, PrintStream err, Map<String, String> environment) {
    CommandLine line = new CommandLine(new Main());
    line.setOut(new java.io.PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new java.io.PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    for (CommandLine command : line.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    }
    line.setDefaultValueProvider(Defaults.read(arguments, line, environment));
    line.setParameterExceptionHandler(Main::wrongUsage);
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, err));
    return line;
  }

  private static int wrongUsage(CommandLine.ParameterException e, String[] arguments) {
    java.io.PrintWriter err = e.getCommandLine().getErr();
    err.println("jacquard: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println(
        "see '"
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help' for what there is");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception failure, PrintStream err) {
    return switch (failure) {
      case ConfigurationException e -> {
        err.println("jacquard: " + e.getMessage());
        yield 2;
      }
      case EngineException e -> {
        err.println("jacquard: " + e.getMessage());
        yield 1;
      }
      case ModelFileException e -> {
        err.println("jacquard: " + e.getMessage());
        yield 1;
      }
      case ChatTemplateException e -> {
        err.println("jacquard: " + e.getMessage());
        yield 1;
      }
      case InterruptedException e -> {
        err.println("jacquard: interrupted");
        yield 130;
      }
      default -> {
        err.println("jacquard: this is a fault of Jacquard, please report it");
        failure.printStackTrace(err);
        yield 1;
      }
    };
  }

  /// Without a command there is nothing to do but to say which there are.
  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getErr());
    }
    return CommandLine.ExitCode.USAGE;
  }

  /// What `--version` prints.
  static final class VersionProvider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "jacquard " + dev.jacquard.engine.server.Version.current(),
        "SPI " + dev.jacquard.spi.Spi.version(),
        "java " + Runtime.version()
      };
    }
  }

  /// The plugin folder when none is named: `plugins` beside the launcher.
  static java.nio.file.Path defaultPluginFolder() {
    return java.nio.file.Path.of(System.getProperty("jacquard.home", "."), "plugins");
  }

  /// Finds plugins in the given folders.
  static PluginCatalog catalog(List<java.nio.file.Path> folders) {
    return dev.jacquard.engine.wiring.EngineRuntime.discover(folders);
  }
}
