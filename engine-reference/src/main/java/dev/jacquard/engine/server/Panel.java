package dev.jacquard.engine.server;

import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.spi.plugin.PagePanel;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A panel with its files, read when the server starts: what is not in the folder then has no name by which it could be asked for.
///
/// @param title what people read
/// @param files content by path below the folder
record Panel(String title, Map<String, byte[]> files) {
  private static final String INDEX = "index.html";

  /// Reads the files of a panel out of its plugin's jar.
  ///
  /// @throws IOException when they cannot be read, or there is no `index.html`
  static Panel read(LoadedPlugin plugin, PagePanel panel) throws IOException {
    String folder = panel.folder();
    if (folder.isEmpty() || folder.startsWith("/") || folder.endsWith("/")) {
      throw new IOException(
          "its folder is '" + folder + "'; write it without slashes at its ends, and name one");
    }
    URL index = resource(plugin.plugin().getClass().getClassLoader(), folder + "/" + INDEX);
    if (index == null) {
      throw new IOException(
          "there is no " + INDEX + " in the folder '" + folder + "' of the plugin's jar");
    }
    return new Panel(
        panel.title(),
        index.openConnection() instanceof JarURLConnection connection
            ? ofJar(connection, folder + "/")
            : ofFolder(index));
  }

  /// Of a plugin with a loader of its own, nothing but its own jars is searched.
  private static @Nullable URL resource(ClassLoader loader, String name) {
    return loader instanceof URLClassLoader own ? own.findResource(name) : loader.getResource(name);
  }

  private static Map<String, byte[]> ofJar(JarURLConnection connection, String folder)
      throws IOException {
    connection.setUseCaches(false); // a cached jar would stay open for good
    Map<String, byte[]> files = new HashMap<>();
    try (JarFile jar = connection.getJarFile()) {
      for (JarEntry entry : jar.stream().toList()) {
        if (entry.getName().startsWith(folder) && !entry.isDirectory()) {
          try (InputStream in = jar.getInputStream(entry)) {
            files.put(entry.getName().substring(folder.length()), in.readAllBytes());
          }
        }
      }
    }
    return files;
  }

  private static Map<String, byte[]> ofFolder(URL index) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    Path folder;
    try {
      folder = Path.of(index.toURI()).resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IOException(index + " is no file", e);
    }
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return files;
  }
}
