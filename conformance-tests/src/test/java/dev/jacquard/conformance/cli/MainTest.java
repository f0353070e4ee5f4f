package dev.jacquard.conformance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.CheckResult.Outcome;
import dev.jacquard.conformance.Rule;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the command line says and answers to words, without trying a plugin.
class MainTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) throws InterruptedException {
    return new Main(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(arguments);
  }

  @ParameterizedTest
  @CsvSource({
    "--plugin,/no/such.jar,there is no such file",
    "--rule,BSM-77,there is no such rule",
    "--rule,BMS-7,BSM-7",
    "--seed,twelve,hexadecimal",
    "--budget,huge,quick or full",
    "--set,ttl,KEY=VALUE",
    "--heap,much,512m",
    "--patience,0,1 to 86400",
    "--sed,1,--se",
    "--waive,BSM-7,KEY=VALUE"
  })
  void aWordThatMakesNoSenseIsNamedWithWhatWould(String name, String value, String remedy)
      throws InterruptedException {
    assertEquals(Main.USAGE, run(name, value));
    String text = err.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains(name), text);
    assertTrue(text.contains(remedy), text);
  }

  @Test
  void aMissingPluginIsAskedFor() throws InterruptedException {
    assertEquals(Main.USAGE, run("--budget", "quick"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("--plugin is missing"));
  }

  @Test
  void theRulesAreListed() throws InterruptedException {
    assertEquals(Main.CONFORMANT, run("--list-rules"));
    assertEquals(Rule.values().length, out.toString(StandardCharsets.UTF_8).lines().count());
  }

  @Test
  void aFolderWithoutAPluginIsNoSuccess() throws InterruptedException {
    assertEquals(Main.USAGE, run("--plugin", folder.toString()));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("PROBLEM"), out.toString());
  }

  @Test
  void messagesSurviveTheWayFromTheChild() {
    List<Message> messages =
        List.of(
            new Message.Plugin("mine 1.0"),
            new Message.Problem("a line\nand another \u2014 \"quoted\""),
            new Message.Component("scheduler:mine", null),
            new Message.Component("kernel-backend:mine", "no device"),
            new Message.Planned("BSM-7", "a check", List.of("one", "")),
            new Message.Ready(),
            new Message.Started(3),
            new Message.Ended(3, Outcome.FAILED, true, 12L, ""),
            new Message.Done());
    for (Message message : messages) {
      String line = Message.line(message);
      assertEquals(1, line.lines().count());
      assertEquals(Optional.of(message), Message.read(line));
      assertEquals(Optional.of(message), Message.read("printed by native code" + line));
    }
    assertEquals(Optional.empty(), Message.read("something a plugin printed"));
  }
}
