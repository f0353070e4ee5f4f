package dev.jacquard.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What reviewers let pass, from `reviewed-exceptions.txt`: one line `rule | path | reason` each.
final class ReviewedExceptions {
  private static final String FILE =
      "engine-reference/src/test/resources/architecture/reviewed-exceptions.txt";

  private final String rule;
  private final Set<String> paths = new TreeSet<>();
  private final Set<String> unused = new TreeSet<>();

  private ReviewedExceptions(String rule) {
    this.rule = rule;
  }

  static ReviewedExceptions of(String rule) throws IOException {
    ReviewedExceptions exceptions = new ReviewedExceptions(rule);
    for (String line : Files.readAllLines(Checkout.root().resolve(FILE))) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      List<String> parts = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      if (parts.size() != 3 || parts.stream().anyMatch(String::isEmpty)) {
        throw new IllegalStateException(FILE + ": not `rule | path | reason`: " + line);
      }
      if (parts.get(0).equals(rule)) {
        exceptions.paths.add(parts.get(1));
      }
    }
    exceptions.unused.addAll(exceptions.paths);
    return exceptions;
  }

  boolean allow(String path) {
    unused.remove(path);
    return paths.contains(path);
  }

  /// Exceptions that nothing needed any more: they would hide the next offence.
  List<String> stale() {
    return unused.stream()
        .map(path -> FILE + ": no longer needed: " + rule + " | " + path)
        .toList();
  }
}
