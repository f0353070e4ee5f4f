package dev.jacquard.engine.conformance;

import dev.jacquard.spi.plugin.EnginePlugin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// A folder with a jar for each of some plugin objects, so that the engine finds them as it finds anybody's.
final class PluginFolder implements AutoCloseable {
  private final Path folder;
  private final List<String> keys = new ArrayList<>();

  PluginFolder(Path parent, List<EnginePlugin> plugins) {
    try {
      folder = Files.createTempDirectory(parent, "plugins");
      for (int i = 0; i < plugins.size(); i++) {
        String key = "jacquard.door." + UUID.randomUUID();
        keys.add(key);
        System.getProperties().put(key, plugins.get(i));
        pack(folder.resolve("plugin-" + i + ".jar"), key);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pack(Path jar, String key) throws IOException {
    String file = DoorPlugin.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        InputStream door =
            Objects.requireNonNull(DoorPlugin.class.getResourceAsStream("DoorPlugin.class"))) {
      add(
          entries,
          "META-INF/services/" + EnginePlugin.class.getName(),
          DoorPlugin.class.getName().getBytes(StandardCharsets.UTF_8));
      add(entries, DoorPlugin.KEY_FILE, key.getBytes(StandardCharsets.UTF_8));
      add(entries, file, door.readAllBytes());
    }
  }

  private static void add(JarOutputStream entries, String name, byte[] bytes) throws IOException {
    entries.putNextEntry(new JarEntry(name));
    entries.write(bytes);
    entries.closeEntry();
  }

  Path path() {
    return folder;
  }

  @Override
  public void close() {
    keys.forEach(System.getProperties()::remove);
  }
}
