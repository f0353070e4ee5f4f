package dev.jacquard.engine.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryExampleTest {
  @Test
  void theTenLinesCompileAndSpeak(@TempDir Path classes) throws Exception {
    Optional<Path> source = Cli.repository("examples/library/Hello.java");
    assumeTrue(source.isPresent(), "the examples are not here");
    assertTrue(Files.readAllLines(source.get()).size() <= 10);
    Sources.compile(classes, List.of(source.get()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      loader
          .loadClass("Hello")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    assertFalse(out.toString(StandardCharsets.UTF_8).isBlank());
  }

  @Test
  void theGuideShowsTheSameTenLines() throws Exception {
    Optional<Path> source = Cli.repository("examples/library/Hello.java");
    Optional<Path> guide = Cli.repository("docs/guide/library.md");
    assumeTrue(source.isPresent() && guide.isPresent(), "the examples are not here");
    assertTrue(Files.readString(guide.get()).contains(Files.readString(source.get()).strip()));
  }
}
