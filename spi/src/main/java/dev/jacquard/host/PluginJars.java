package dev.jacquard.host;

import dev.jacquard.host.PluginProblem.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/// The jars of one plugin of the folder, read before any class of them is loaded.
///
/// @param jars the jar, or the folder's jars by name
/// @param classNames the plugin classes their service files name, at least one
record PluginJars(List<Path> jars, List<String> classNames) {
  private static final String SPI_FOLDER = "dev/jacquard/spi/";

  PluginJars {
    jars = List.copyOf(jars);
    classNames = List.copyOf(classNames);
  }

  /// Reads the plugin at `place`: a jar, or a folder of jars.
  static PluginJars read(Path place) throws Refusal {
    String location = place.toString();
    List<Path> jars = jarsOf(place, location);
    if (jars.isEmpty()) {
      throw new Refusal(
          location,
          Kind.NO_SERVICE_FILE,
          "the folder holds no jar: put the plugin's jar and its libraries directly into it",
          null);
    }
    Set<String> classNames = new LinkedHashSet<>();
    boolean serviceFile = false;
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        refuseBundledSpi(file, jar, location);
        ZipEntry entry = file.getEntry(ServiceFile.PATH);
        if (entry != null) {
          serviceFile = true;
          try (InputStream in = file.getInputStream(entry)) {
            classNames.addAll(ServiceFile.read(in));
          }
        }
      } catch (IOException e) {
        throw new Refusal(
            location,
            Kind.UNREADABLE,
            jar.getFileName() + " is not a readable jar: " + PluginFault.name(e),
            e);
      }
    }
    if (classNames.isEmpty()) {
      throw new Refusal(
          location,
          Kind.NO_SERVICE_FILE,
          (serviceFile ? ServiceFile.PATH + " names no class" : "no " + ServiceFile.PATH)
              + ": add this file with the full name of the public class that implements EnginePlugin, or take the jar out of the plugin folder",
          null);
    }
    return new PluginJars(jars, List.copyOf(classNames));
  }

  private static List<Path> jarsOf(Path place, String location) throws Refusal {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> entries = Files.list(place)) {
      return entries.filter(PluginJars::isJar).sorted().toList();
    } catch (IOException e) {
      throw new Refusal(
          location, Kind.UNREADABLE, "the folder cannot be read: " + PluginFault.name(e), e);
    }
  }

  /// Whether `path` is a visible jar file.
  static boolean isJar(Path path) {
    String name = path.getFileName().toString();
    return !name.startsWith(".") && name.endsWith(".jar") && Files.isRegularFile(path);
  }

  private static void refuseBundledSpi(JarFile file, Path jar, String location) throws Refusal {
    String bundled =
        file.stream()
            .map(ZipEntry::getName)
            .map(name -> name.replaceFirst("^META-INF/versions/\\d+/", ""))
            .filter(name -> name.startsWith(SPI_FOLDER) && name.endsWith(".class"))
            .sorted()
            .findFirst()
            .orElse(null);
    if (bundled != null) {
      throw new Refusal(
          location,
          Kind.BUNDLED_SPI,
          jar.getFileName()
              + " bundles the SPI ("
              + bundled
              + "): declare dev.jacquard:spi with scope provided and keep it out of the jar, the host supplies it",
          null);
    }
  }
}
