package dev.jacquard.engine.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a command did.
record Cli(int code, String out, String err) {
  /// Runs a command inside this process, with an empty environment.
  static Cli run(String... arguments) {
    return run(Map.of(), arguments);
  }

  static Cli run(Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(print(out), print(err), environment, arguments);
    return new Cli(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream print(ByteArrayOutputStream into) {
    return new PrintStream(into, true, StandardCharsets.UTF_8);
  }

  JsonNode json() {
    return new JsonMapper().readTree(out);
  }

  /// The bytes of the embedded model.
  static byte[] demoModel() {
    try (InputStream in =
        Cli.class.getResourceAsStream("/dev/jacquard/engine/demo/jacquard-demo.gguf")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file or folder of the repository, from wherever in it the tests run; empty when they run without it.
  static Optional<Path> repository(String path) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(path))) {
        return Optional.of(at.resolve(path));
      }
    }
    return Optional.empty();
  }
}
