package dev.jacquard.conformance.plugin;

import dev.jacquard.spi.plugin.EnginePlugin;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Packs jars as an author would: of sources compiled here against the SPI, and of what should not be in it. They lie in temporary folders that go with the process.
final class JarMaker {
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  /// Adds a class of this class path under its own name.
  JarMaker withClass(String name) {
    return withClass("", name);
  }

  /// Adds a class of this class path below `folder`.
  JarMaker withClass(String folder, String name) {
    String path = name.replace('.', '/') + ".class";
    try (InputStream in = EnginePlugin.class.getClassLoader().getResourceAsStream(path)) {
      entries.put(folder + path, Objects.requireNonNull(in, path).readAllBytes());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Adds a text file.
  JarMaker withText(String path, String text) {
    entries.put(path, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /// Adds the classes that `sources`, by class name, compile to.
  JarMaker withSources(Map<String, String> sources) {
    try {
      Path classes = temporary();
      JavaCompiler compiler =
          Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "this needs a JDK");
      List<JavaFileObject> files =
          sources.entrySet().stream().map(each -> source(each.getKey(), each.getValue())).toList();
      StringWriter said = new StringWriter();
      boolean compiled =
          compiler
              .getTask(
                  said,
                  null,
                  null,
                  List.of("-proc:none", "-cp", placeOfSpi(), "-d", classes.toString()),
                  null,
                  files)
              .call();
      if (!compiled) {
        throw new AssertionError("the sources do not compile: " + said);
      }
      try (Stream<Path> made = Files.walk(classes)) {
        for (Path file : made.filter(Files::isRegularFile).toList()) {
          file.toFile().deleteOnExit();
          entries.put(
              classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
        }
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes the jar.
  Path write(String name) {
    try {
      Path jar = temporary().resolve(name);
      jar.toFile().deleteOnExit();
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
          out.putNextEntry(new JarEntry(entry.getKey()));
          out.write(entry.getValue());
          out.closeEntry();
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporary() throws IOException {
    Path folder = Files.createTempDirectory("jacquard-jars");
    folder.toFile().deleteOnExit();
    return folder;
  }

  private static JavaFileObject source(String name, String text) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  private static String placeOfSpi() {
    try {
      return Path.of(EnginePlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
