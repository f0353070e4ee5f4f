package dev.jacquard.engine.server;

import dev.jacquard.engine.EngineConfig;
import dev.jacquard.spi.plugin.EnginePlugin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// Packs the plugins of these tests as their authors would.
final class PluginJars {
  private static final List<Class<?>> RECORDS =
      List.of(RecordsPlugin.class, RecordsPlugin.Instance.class, RecordsPlugin.Records.class);

  private PluginJars() {}

  /// A small engine that has both plugins, and `files` in the jar of the first.
  static EngineConfig.Builder engine(Path folder, Map<String, String> files) throws IOException {
    pack(folder.resolve("records.jar"), RECORDS, RecordsPlugin.class, files);
    pack(
        folder.resolve("twin.jar"),
        List.of(TwinPlugin.class, RECORDS.get(0), RECORDS.get(1), RECORDS.get(2)),
        TwinPlugin.class,
        Map.of("panel/index.html", "twin"));
    return TestServer.small().pluginFolders(List.of(folder)).enabledPlugins(List.of("records"));
  }

  private static void pack(
      Path jar,
      List<Class<?>> classes,
      Class<? extends EnginePlugin> entry,
      Map<String, String> files)
      throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      put(out, "META-INF/services/" + EnginePlugin.class.getName(), entry.getName());
      for (Map.Entry<String, String> file : files.entrySet()) {
        put(out, file.getKey(), file.getValue());
      }
      for (Class<?> one : classes) {
        String name = one.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream in =
            Objects.requireNonNull(PluginJars.class.getClassLoader().getResourceAsStream(name))) {
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
  }

  private static void put(JarOutputStream out, String name, String text) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.closeEntry();
  }
}
