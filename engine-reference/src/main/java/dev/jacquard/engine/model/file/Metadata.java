package dev.jacquard.engine.model.file;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Metadata with typed, checked access. A missing, mistyped or out-of-range value is a
/// [ModelFileException] that names file, key and value. Immutable.
public final class Metadata {
  private final Path source;
  private final String remedy;
  private final Map<String, MetaValue> values;

  /// @param source the file that the values come from, for messages
  /// @param remedy what a user can do about a bad value, for messages
  /// @param values owned by this object from here on
  Metadata(Path source, String remedy, Map<String, MetaValue> values) {
    this.source = source;
    this.remedy = remedy;
    this.values = Collections.unmodifiableMap(values);
  }

  /// The keys in file order.
  public Set<String> keys() {
    return values.keySet();
  }

  /// Whether the key is there (a JSON `null` is not).
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /// The value, or null.
  public @Nullable MetaValue get(String key) {
    return values.get(key);
  }

  /// A complaint about a value, to be thrown by the caller.
  ///
  /// @param problem completes the sentence "key K = V ..."
  public ModelFileException problem(String key, String problem) {
    MetaValue value = values.get(key);
    String shown = value == null ? " (missing) " : " = " + value.shown() + " ";
    return new ModelFileException(
        source, "key " + ModelFileException.quote(key) + shown + problem, remedy);
  }

  /// A string that must be there.
  public String text(String key) {
    String text = textOrNull(key);
    if (text == null) {
      throw problem(key, "must be there");
    }
    return text;
  }

  /// A string, or null when the key is absent.
  public @Nullable String textOrNull(String key) {
    MetaValue value = values.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof MetaValue.Text t) {
      return t.value();
    }
    throw problem(key, "should be a string");
  }

  /// An integer that must be there, between `min` and `max` inclusive.
  public int whole(String key, int min, int max) {
    if (!values.containsKey(key)) {
      throw problem(key, "must be there");
    }
    return wholeOr(key, min, max, 0);
  }

  /// An integer between `min` and `max` inclusive, or `absent` when the key is absent.
  public int wholeOr(String key, int min, int max, int absent) {
    MetaValue value = values.get(key);
    if (value == null) {
      return absent;
    }
    if (!(value instanceof MetaValue.Whole w)) {
      throw problem(key, "should be an integer");
    }
    if (w.value() < min || w.value() > max) {
      throw problem(key, "should be between " + min + " and " + max);
    }
    return (int) w.value();
  }

  /// A finite number that must be there.
  public double real(String key) {
    if (!values.containsKey(key)) {
      throw problem(key, "must be there");
    }
    return realOr(key, 0);
  }

  /// A finite number, or `absent` when the key is absent.
  public double realOr(String key, double absent) {
    MetaValue value = values.get(key);
    if (value == null) {
      return absent;
    }
    double number =
        switch (value) {
          case MetaValue.Real r -> r.value();
          case MetaValue.Whole w -> w.value();
          case MetaValue.Text _, MetaValue.Flag _, MetaValue.Texts _, MetaValue.Numbers _ ->
              Double.NaN;
        };
    if (!Double.isFinite(number)) {
      throw problem(key, "should be a finite number");
    }
    return number;
  }

  /// A boolean, or `absent` when the key is absent.
  public boolean flagOr(String key, boolean absent) {
    MetaValue value = values.get(key);
    if (value == null) {
      return absent;
    }
    if (value instanceof MetaValue.Flag f) {
      return f.value();
    }
    throw problem(key, "should be true or false");
  }

  /// An array of strings; empty when the key is absent.
  public List<String> texts(String key) {
    MetaValue value = values.get(key);
    if (value == null || (value instanceof MetaValue.Numbers n && n.values().size() == 0)) {
      return List.of();
    }
    if (value instanceof MetaValue.Texts t) {
      return Collections.unmodifiableList(t.values());
    }
    throw problem(key, "should be an array of strings");
  }

  /// An array of numbers, or null when the key is absent.
  public @Nullable NumberList numbersOrNull(String key) {
    MetaValue value = values.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof MetaValue.Numbers n) {
      return n.values();
    }
    throw problem(key, "should be an array of numbers");
  }
}
