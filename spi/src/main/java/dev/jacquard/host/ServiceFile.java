package dev.jacquard.host;

import dev.jacquard.spi.plugin.EnginePlugin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The provider file of [java.util.ServiceLoader]. The host reads it itself, since ServiceLoader tells a plugin's author too little about what went wrong.
final class ServiceFile {
  /// Where a jar names its plugin classes.
  static final String PATH = "META-INF/services/" + EnginePlugin.class.getName();

  private ServiceFile() {}

  /// The class names in `in`: one a line, `#` starts a comment.
  static List<String> read(InputStream in) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .distinct()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
