package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.plugin.PluginCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The plugin's commands, called with arguments that nobody understands: what else they may do, a check cannot know.
final class CommandChecks {
  private static final List<List<String>> ARGUMENTS =
      List.of(List.of("--no-such-option"), List.of("no such argument", "", "--"));

  private CommandChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_16,
            "commands answer 0, 1 or 2 and write to the streams they are given",
            CommandChecks::commands,
            "System.out instead of the given stream",
            "wrong arguments end in an exception",
            "an exit code of the plugin's own"));
  }

  private static void commands(PluginUnderTest subject, Trial trial) throws Exception {
    List<PluginCommand> commands = Require.list(subject.plugin().commands(), "commands()");
    if (commands.isEmpty()) {
      throw new NotApplicable("the plugin adds no command");
    }
    Quarters quarters = new Quarters(subject);
    for (PluginCommand command : commands) {
      for (List<String> arguments : ARGUMENTS) {
        String call = "the command '" + command.name() + "' with the arguments " + arguments;
        List<String> printed =
            StandardStreams.watch(
                quarters, () -> quarters.run(() -> requireCode(call, command, arguments)));
        Require.that(
            printed.isEmpty(),
            () -> call + " wrote to " + printed.getFirst() + "; write to the given streams");
      }
    }
  }

  private static void requireCode(String call, PluginCommand command, List<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int[] code = {-1};
    Require.quiet(call, () -> code[0] = command.run(arguments, stream(out), stream(err)));
    Require.that(
        code[0] >= 0 && code[0] <= 2,
        () -> call + " answered " + code[0] + "; answer 0 (done), 1 (failed) or 2 (wrong usage)");
    Require.that(
        code[0] == 0 || err.size() > 0,
        () -> call + " answered " + code[0] + " and did not say why on the given err");
  }

  private static PrintStream stream(ByteArrayOutputStream into) {
    return new PrintStream(into, true, StandardCharsets.UTF_8);
  }
}
