package dev.jacquard.host;

import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Alias;
import dev.jacquard.spi.request.HintField.Limits;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Checks what a plugin says about the request fields it reads, so that reading a request can rely on it.
final class HintDeclarations {
  /// A header name as RFC 9110 allows it.
  private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  private HintDeclarations() {}

  /// What is wrong with the declarations of one plugin, in one sentence.
  static Optional<String> problem(List<HintField> fields) {
    Set<String> names = new HashSet<>();
    for (HintField field : fields) {
      if (!names.add(field.name())) {
        return Optional.of("hint field '" + field.name() + "' is declared twice");
      }
      Optional<String> problem = limits(field).or(() -> aliases(field));
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> limits(HintField field) {
    Limits limits = field.limits();
    if (limits.maxLength() < 1 || limits.maxItems() < 1) {
      return Optional.of(
          "hint field '" + field.name() + "': maxLength and maxItems must be at least 1");
    }
    if (!(limits.min() <= limits.max())) {
      return Optional.of(
          "hint field '"
              + field.name()
              + "': min "
              + limits.min()
              + " is not below max "
              + limits.max());
    }
    return Optional.empty();
  }

  private static Optional<String> aliases(HintField field) {
    for (Alias alias : field.aliases()) {
      switch (alias) {
        case Alias.Header(String name) -> {
          if (!HEADER.matcher(name).matches()) {
            return Optional.of(
                "hint field '" + field.name() + "': '" + name + "' is no name of a header");
          }
          if (field.type() == HintField.Type.OBJECT) {
            return Optional.of(
                "hint field '"
                    + field.name()
                    + "': an OBJECT cannot come from the header '"
                    + name
                    + "'; use a path into the body");
          }
        }
        case Alias.Path(String path) -> {
          if (!PATH.matcher(path).matches()) {
            return Optional.of(
                "hint field '"
                    + field.name()
                    + "': '"
                    + path
                    + "' is no path; write names with dots between them, such as nvext.priority");
          }
        }
      }
    }
    return Optional.empty();
  }
}
