package dev.jacquard.engine.token;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads a [Vocabulary] from the `tokenizer.ggml.*` keys of a GGUF file.
///
/// It sees the file only through a lookup that gives a plain value for a key, or null: strings,
/// numbers and booleans as such, arrays as `List` or as a Java array.
public final class VocabularyMetadata {
  private static final String PREFIX = "tokenizer.ggml.";

  private final Function<String, @Nullable Object> lookup;

  private VocabularyMetadata(Function<String, @Nullable Object> lookup) {
    this.lookup = lookup;
  }

  /// Reads the vocabulary.
  ///
  /// @throws IllegalArgumentException naming the key that is missing or has a value of another kind
  public static Vocabulary read(Function<String, @Nullable Object> lookup) {
    return new VocabularyMetadata(lookup).read();
  }

  private Vocabulary read() {
    String model = string(PREFIX + "model", null);
    String pre = string(PREFIX + "pre", "");
    List<String> tokens = strings("tokens", true);
    Vocabulary.Builder builder = Vocabulary.builder(model, pre, tokens);
    builder.modelName(string("general.name", ""));
    builder.merges(strings("merges", false));
    List<Number> scores = numbers("scores");
    if (!scores.isEmpty()) {
      float[] values = new float[scores.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = scores.get(i).floatValue();
      }
      builder.scores(values);
    }
    List<Number> types = numbers("token_type");
    if (!types.isEmpty()) {
      builder.types(types.stream().mapToInt(Number::intValue).toArray());
    }
    ids(builder);
    Boolean addBos = flag("add_bos_token");
    if (addBos != null) {
      builder.addBos(addBos);
    }
    Boolean addEos = flag("add_eos_token");
    if (addEos != null) {
      builder.addEos(addEos);
    }
    Boolean addSpacePrefix = flag("add_space_prefix");
    if (addSpacePrefix != null) {
      builder.addSpacePrefix(addSpacePrefix);
    }
    return builder.build();
  }

  private void ids(Vocabulary.Builder builder) {
    Integer bos = id("bos_token_id");
    if (bos != null) {
      builder.bos(bos);
    }
    Integer eos = id("eos_token_id");
    if (eos != null) {
      builder.eos(eos);
    }
    Integer unknown = id("unknown_token_id");
    if (unknown != null) {
      builder.unknown(unknown);
    }
    for (String key :
        List.of(
            "eot_token_id",
            "eom_token_id",
            "fim_pad_token_id",
            "fim_rep_token_id",
            "fim_sep_token_id")) {
      Integer end = id(key);
      if (end != null) {
        builder.endId(end);
      }
    }
  }

  private String string(String key, @Nullable String fallback) {
    Object value = lookup.apply(key);
    if (value instanceof String text) {
      return text;
    }
    if (value == null && fallback != null) {
      return fallback;
    }
    throw wrong(key, "a string", value);
  }

  private @Nullable Boolean flag(String name) {
    Object value = lookup.apply(PREFIX + name);
    if (value == null || value instanceof Boolean) {
      return (Boolean) value;
    }
    throw wrong(PREFIX + name, "true or false", value);
  }

  /// Null if absent or if the unsigned value -1 says so, which some converters write.
  private @Nullable Integer id(String name) {
    Object value = lookup.apply(PREFIX + name);
    if (value == null) {
      return null;
    }
    if (value instanceof Number number) {
      long id = number.longValue();
      return id == -1 || id == 0xFFFF_FFFFL ? null : Math.toIntExact(id);
    }
    throw wrong(PREFIX + name, "a token id", value);
  }

  private List<String> strings(String name, boolean required) {
    List<String> result = new ArrayList<>();
    for (Object element : array(name, required)) {
      if (!(element instanceof String text)) {
        throw wrong(PREFIX + name, "an array of strings", element);
      }
      result.add(text);
    }
    return result;
  }

  private List<Number> numbers(String name) {
    List<Number> result = new ArrayList<>();
    for (Object element : array(name, false)) {
      if (!(element instanceof Number number)) {
        throw wrong(PREFIX + name, "an array of numbers", element);
      }
      result.add(number);
    }
    return result;
  }

  private List<?> array(String name, boolean required) {
    Object value = lookup.apply(PREFIX + name);
    if (value == null && !required) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    if (value != null && value.getClass().isArray()) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        list.add(Array.get(value, i));
      }
      return list;
    }
    throw wrong(PREFIX + name, "an array", value);
  }

  private static IllegalArgumentException wrong(
      String key, String expected, @Nullable Object value) {
    String found = value == null ? "is missing" : "is a " + value.getClass().getSimpleName();
    return new IllegalArgumentException(
        key
            + " "
            + found
            + " but must be "
            + expected
            + "; convert the model again with a current converter");
  }
}
