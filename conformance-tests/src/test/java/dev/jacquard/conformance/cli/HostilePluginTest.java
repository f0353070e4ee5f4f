package dev.jacquard.conformance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.example.hostile.HostilePlugin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A plugin that hangs, takes all memory, throws from every method, leaves threads behind or ends the
/// process gets a failed report. The kit neither hangs nor dies.
class HostilePluginTest {
  @TempDir private static Path folder;
  private static Path jar;

  @BeforeAll
  static void pack() throws IOException {
    jar = folder.resolve("hostile.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("META-INF/services/dev.jacquard.spi.plugin.EnginePlugin"));
      entries.write(HostilePlugin.class.getName().getBytes(StandardCharsets.UTF_8));
      entries.closeEntry();
      for (String name : List.of("", "$Factory", "$Deed", "$1")) {
        String file = HostilePlugin.class.getName().replace('.', '/') + name + ".class";
        try (InputStream in = HostilePlugin.class.getResourceAsStream("/" + file)) {
          if (in != null) {
            entries.putNextEntry(new JarEntry(file));
            in.transferTo(entries);
            entries.closeEntry();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hang, did not return within 2 s",
    "hoard, heap",
    "throw, as it always does",
    "leak_threads, and a thread is left",
    "exit, its process ended with status 0"
  })
  void theReportIsFailedAndComplete(String deed, String message) throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int status =
        new Main(out, out)
            .run(
                new String[] {
                  "--plugin",
                  jar.toString(),
                  "--set",
                  "hostile.does=" + deed,
                  "--component",
                  "block-manager:hostile",
                  "--rule",
                  "BSM-1",
                  "--rule",
                  "BSM-7",
                  "--rule",
                  "BSM-9",
                  "--patience",
                  "2",
                  "--heap",
                  "96m"
                });
    String report = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(Main.NOT_CONFORMANT, status, report);
    assertTrue(report.contains(message), report);
    String[] lines = report.strip().split("\n");
    assertTrue(lines[lines.length - 1].matches("\\d+ passed, \\d+ failed, \\d+ skipped"), report);
    assertTrue(lines[lines.length - 2].startsWith("NOT CONFORMANT"), report);
  }
}
