package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.jacquard.spi.plugin.EnginePlugin;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Plugins, most of them broken on purpose, compiled from the test's resources while it runs: what the loader meets is what an author would have dropped into the folder.
final class PluginGallery {
  private final Path work;

  PluginGallery(Path work) {
    this.work = work;
  }

  /// A jar in the making.
  final class Jar {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    /// Adds the compiled classes of a gallery entry.
    Jar with(String entry) throws IOException {
      Path classes = compile(entry);
      try (Stream<Path> files = Files.walk(classes)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          entries.put(
              classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
        }
      }
      return this;
    }

    Jar without(String entryName) {
      assertNotNull(entries.remove(entryName), entryName + " is not in the jar");
      return this;
    }

    Jar withText(String entryName, String text) {
      entries.put(entryName, text.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Jar withService(String... classNames) {
      return withText(ServiceFile.PATH, String.join("\n", classNames) + "\n");
    }

    Path write(Path to) throws IOException {
      Files.createDirectories(to.getParent());
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
          out.putNextEntry(new JarEntry(entry.getKey()));
          out.write(entry.getValue());
          out.closeEntry();
        }
      }
      return to;
    }
  }

  Jar jar() {
    return new Jar();
  }

  private Path compile(String entry) throws IOException {
    Path classes = work.resolve("classes").resolve(entry);
    if (Files.exists(classes)) {
      return classes;
    }
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertNotNull(compiler, "the gallery needs a JDK, not a JRE");
    List<String> errors = new ArrayList<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      compiler
          .getTask(
              null,
              files,
              diagnostic -> errors.add(diagnostic.toString()),
              List.of(
                  "-proc:none", "-classpath", place(EnginePlugin.class), "-d", classes.toString()),
              null,
              files.getJavaFileObjectsFromPaths(sources(entry)))
          .call();
    }
    errors.removeIf(
        error -> error.contains("org.jspecify")); // not on this class path, and not needed
    assertEquals(List.of(), errors, "the gallery's " + entry + " does not compile");
    return classes;
  }

  private static List<Path> sources(String entry) throws IOException {
    URL folder = PluginGallery.class.getResource("gallery/" + entry);
    assertNotNull(folder, "there is no gallery entry " + entry);
    try (Stream<Path> files = Files.list(path(folder))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static String place(Class<?> type) {
    return path(type.getProtectionDomain().getCodeSource().getLocation()).toString();
  }

  private static Path path(URL url) {
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
