package dev.jacquard.engine.model.file;

import java.util.List;

/// One value of a model's metadata, reduced to what a reader can tell apart: GGUF's eight integer
/// types are all [Whole], its two float types [Real].
public sealed interface MetaValue {

  /// A string.
  record Text(String value) implements MetaValue {}

  /// An integer that fits a long.
  record Whole(long value) implements MetaValue {}

  /// A floating-point number, or an unsigned integer beyond 2^63.
  record Real(double value) implements MetaValue {}

  /// A boolean.
  record Flag(boolean value) implements MetaValue {}

  /// An array of strings. Those of a GGUF file are decoded at each access and need the open file.
  record Texts(List<String> values) implements MetaValue {}

  /// An array of numbers or booleans (0 and 1). Those of a GGUF file need the open file.
  record Numbers(NumberList values) implements MetaValue {}

  /// The value as an error message shows it.
  default String shown() {
    return switch (this) {
      case Text t -> ModelFileException.quote(t.value());
      case Whole w -> Long.toString(w.value());
      case Real r -> Double.toString(r.value());
      case Flag f -> Boolean.toString(f.value());
      case Texts t -> "an array of " + t.values().size() + " strings";
      case Numbers n -> "an array of " + n.values().size() + " numbers";
    };
  }
}
