package dev.jacquard.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The source tree that the rules read.
final class Checkout {
  /// One file, with its path from the root in forward slashes.
  record Source(String path, List<String> lines) {
    boolean isUnder(String prefix) {
      return path.startsWith(prefix);
    }
  }

  private static final List<String> CORE = List.of("spi", "engine-reference");
  private static final List<String> LIBRARIES = List.of("conformance-tests");
  private static final List<String> PLUGINS =
      List.of("plugin-agent-aware", "plugin-cuda", "plugin-cpu-native");

  private Checkout() {}

  static Path root() throws IOException {
    String given = System.getProperty("jacquard.root");
    Path folder = Path.of(given == null ? "" : given).toRealPath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = Objects.requireNonNull(folder.getParent(), "not inside a checkout of Jacquard");
    }
    return folder;
  }

  /// Shipped Java of the SPI and the engine.
  static List<Source> coreSources() throws IOException {
    return java(CORE, "src/main");
  }

  static List<Source> pluginSources() throws IOException {
    return java(PLUGINS, "src/main");
  }

  /// Shipped Java of every room.
  static List<Source> mainSources() throws IOException {
    return java(Stream.of(CORE, LIBRARIES, PLUGINS).flatMap(List::stream).toList(), "src/main");
  }

  static List<Source> testSources() throws IOException {
    return java(Stream.of(CORE, LIBRARIES, PLUGINS).flatMap(List::stream).toList(), "src/test");
  }

  private static List<Source> java(List<String> rooms, String part) throws IOException {
    Path root = root();
    List<Path> files =
        rooms.stream()
            .map(room -> root.resolve(room).resolve(part).resolve("java"))
            .filter(Files::isDirectory)
            .flatMap(Checkout::walk)
            .filter(file -> file.toString().endsWith(".java"))
            .sorted()
            .toList();
    Stream.Builder<Source> sources = Stream.builder();
    for (Path file : files) {
      String path = root.relativize(file).toString().replace('\\', '/');
      sources.add(new Source(path, Files.readAllLines(file)));
    }
    return sources.build().toList();
  }

  private static Stream<Path> walk(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot read " + folder, e);
    }
  }
}
