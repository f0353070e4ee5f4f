package dev.jacquard.conformance.plugin;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an attachment says, as text, so that it can be compared with another or with itself later: its own fields, records, collections and plain values in it. Other objects that it refers
/// to may be the plugin's shared state and count by their class alone.
final class Fingerprint {
  private static final int DEEPEST = 6;

  private Fingerprint() {}

  static String of(@Nullable Object attachment) {
    if (attachment == null
        || isPlain(attachment)
        || attachment instanceof Collection<?>
        || attachment instanceof Map<?, ?>
        || attachment.getClass().isArray()) {
      return text(attachment, DEEPEST);
    }
    return fields(attachment, DEEPEST);
  }

  private static String text(@Nullable Object value, int depth) {
    if (value == null) {
      return "null";
    }
    if (depth == 0) {
      return value.getClass().getName();
    }
    if (isPlain(value)) {
      return value.toString();
    }
    if (value.getClass().isArray()) {
      return array(value, depth);
    }
    return switch (value) {
      case Optional<?> optional -> "optional " + text(optional.orElse(null), depth - 1);
      case Map<?, ?> map -> {
        TreeSet<String> entries = new TreeSet<>(); // maps of equal content have any order
        map.forEach((k, v) -> entries.add(text(k, depth - 1) + "=" + text(v, depth - 1)));
        yield entries.toString();
      }
      case java.util.List<?> list -> list.stream().map(v -> text(v, depth - 1)).toList().toString();
      case Collection<?> set ->
          set.stream()
              .map(v -> text(v, depth - 1))
              .collect(Collectors.toCollection(TreeSet::new))
              .toString();
      case Record record -> fields(record, depth - 1);
      default -> value.getClass().getName();
    };
  }

  private static String array(Object array, int depth) {
    return switch (array) {
      case int[] a -> Arrays.toString(a);
      case long[] a -> Arrays.toString(a);
      case double[] a -> Arrays.toString(a);
      case float[] a -> Arrays.toString(a);
      case byte[] a -> Arrays.toString(a);
      case short[] a -> Arrays.toString(a);
      case char[] a -> Arrays.toString(a);
      case boolean[] a -> Arrays.toString(a);
      case Object[] a -> Arrays.stream(a).map(v -> text(v, depth - 1)).toList().toString();
      default -> array.getClass().getName();
    };
  }

  private static boolean isPlain(Object value) {
    return value instanceof CharSequence
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof Enum<?>
        || value instanceof java.time.temporal.TemporalAccessor
        || value instanceof java.time.temporal.TemporalAmount;
  }

  private static String fields(Object of, int depth) {
    StringBuilder text = new StringBuilder(of.getClass().getName()).append('{');
    for (Class<?> type = of.getClass();
        type != null && type != Object.class;
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          text.append(field.getName()).append('=').append(value(field, of, depth)).append(' ');
        }
      }
    }
    return text.append('}').toString();
  }

  private static String value(Field field, Object of, int depth) {
    try {
      field.setAccessible(true);
      return text(field.get(of), depth - 1);
    } catch (InaccessibleObjectException | IllegalAccessException e) {
      return "closed"; // in a module that does not open it
    }
  }
}
