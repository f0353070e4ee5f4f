package dev.jacquard.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A command that a stranger's jar adds, in a folder that is not the default one.
class PluginCommandsTest {
  private static final String SOURCE =
      """
      package com.example.greet;

      import dev.jacquard.spi.Spi;
      import dev.jacquard.spi.error.*;
      import dev.jacquard.spi.plugin.*;
      import java.io.PrintStream;
      import java.util.List;

      public final class GreetPlugin implements EnginePlugin {
        public PluginDescriptor descriptor() {
          return new PluginDescriptor("greeter", "1.0.0", Spi.MAJOR, Spi.MINOR);
        }

        public List<PluginCommand> commands() {
          return List.of(new Greet());
        }

        private static final class Greet implements PluginCommand {
          public String name() {
            return "greet";
          }

          public String description() {
            return "Says who it greets.";
          }

          public int run(List<String> arguments, PrintStream out, PrintStream err) {
            switch (arguments.isEmpty() ? "" : arguments.get(0)) {
              case "fail" -> throw new IllegalStateException("lost for words");
              case "link" -> throw new NoClassDefFoundError("com/example/Missing");
              case "misread" -> throw new ConfigurationException("greeter.who is ''; name somebody");
              case "broken" ->
                  throw new PluginException(
                      StandardErrorCode.PLUGIN_FAILED, "the greeting card is torn", null);
              default -> {}
            }
            out.print("hello " + String.join(" ", arguments));
            out.print(" by " + Thread.currentThread().getContextClassLoader().getName());
            err.println("greeted");
            return 7;
          }
        }
      }
      """;

  @TempDir private static Path folder;
  private static String plugins;
  private static String empty;

  @BeforeAll
  static void dropTheJarIn() throws Exception {
    Path source = folder.resolve("GreetPlugin.java");
    Files.writeString(source, SOURCE);
    Path classes = Files.createDirectory(folder.resolve("classes"));
    Sources.compile(classes, List.of(source));
    Path service = classes.resolve("META-INF/services/dev.jacquard.spi.plugin.EnginePlugin");
    Files.createDirectories(service.getParent());
    Files.writeString(service, "com.example.greet.GreetPlugin\n");
    Path into = Files.createDirectory(folder.resolve("plugins"));
    Sources.jar(into.resolve("greet.jar"), classes);
    plugins = into.toString();
    empty = Files.createDirectory(folder.resolve("empty")).toString();
  }

  private static void greeted(String whom, Cli did) {
    assertEquals(7, did.code(), did.err());
    assertEquals("hello " + whom + " by plugin:greet", did.out());
    assertTrue(did.err().contains("greeted"), did.err());
  }

  @Test
  void theFolderNamedBeforeTheCommandIsSearchedAndTheRestIsThePlugins() {
    greeted("a -b", Cli.run("--plugin-dir", plugins, "greet", "a", "-b"));
    greeted("--plugin-dir /x", Cli.run("--plugin-dir=" + plugins, "greet", "--plugin-dir", "/x"));
    greeted("b", Cli.run("--plugin-dir", empty, "--plugin-dir", plugins, "greet", "b"));
    greeted("c", Cli.run("--plugin-dir=" + empty + "," + plugins, "greet", "c"));
  }

  @Test
  void theEnvironmentAndTheFileNameTheFolderToo() throws Exception {
    Map<String, String> variable = Map.of("JACQUARD_PLUGIN_DIR", plugins);
    greeted("d", Cli.run(variable, "greet", "d"));
    Path file = folder.resolve("jacquard.yaml");
    Files.writeString(file, "plugin-dir: " + plugins + "\n");
    greeted("e", Cli.run(Map.of("JACQUARD_CONFIG", file.toString()), "greet", "e"));
    // the command line is stronger
    assertEquals(2, Cli.run(variable, "--plugin-dir", empty, "greet", "f").code());
    greeted(
        "g", Cli.run(Map.of("JACQUARD_PLUGIN_DIR", empty), "--plugin-dir", plugins, "greet", "g"));
  }

  private static void mistaken(String wanted, Cli did) {
    assertEquals(2, did.code(), did.err());
    assertTrue(did.err().startsWith("jacquard: "), did.err());
    assertTrue(did.err().contains(wanted), did.err());
    assertFalse(did.err().contains("\tat "), did.err());
    assertEquals("", did.out());
  }

  @Test
  void mistakesAreNamedWithTheRemedy() {
    mistaken("greet", Cli.run("greet"));
    mistaken("/no/such; there is no such folder", Cli.run("--plugin-dir", "/no/such", "greet"));
    mistaken(
        "/no/such; there is no such folder",
        Cli.run(Map.of("JACQUARD_PLUGIN_DIR", "/no/such"), "greet"));
    mistaken(
        "adds the command 'greett'. Did you mean 'greet'?",
        Cli.run("--plugin-dir", plugins, "greett"));
    mistaken("adds the command 'greet'", Cli.run("--plugin-dir", empty, "greet"));
    mistaken(
        "jacquard serve --plugin-dir FOLDER",
        Cli.run("--plugin-dir", plugins, "serve", "--port=1"));
    mistaken("--plugin-dir", Cli.run("--plugin-dir", plugins));
    mistaken("--plugin-dir", Cli.run("--plugin-dir"));
    mistaken("greeter.who is ''", Cli.run("--plugin-dir", plugins, "greet", "misread"));
  }

  @Test
  void aCommandThatFailsIsThePluginsFault() {
    for (String how : List.of("fail", "link")) {
      Cli failed = Cli.run("--plugin-dir", plugins, "greet", how);
      assertEquals(1, failed.code(), failed.err());
      assertTrue(failed.err().contains("a fault of plugin greeter 1.0.0"), failed.err());
      assertTrue(failed.err().contains("com.example.greet.GreetPlugin$Greet.run"), failed.err());
    }
    Cli said = Cli.run("--plugin-dir", plugins, "greet", "broken");
    assertEquals(1, said.code());
    assertTrue(said.err().endsWith("jacquard: the greeting card is torn\n"), said.err());
  }
}
