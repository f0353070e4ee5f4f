package dev.jacquard.host;

import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.error.ConfigurationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// One section of a [ConfigTree].
final class ComponentConfig implements PluginConfig {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private final ConfigTree tree;
  private final String prefix;

  ComponentConfig(ConfigTree tree, String prefix) {
    this.tree = tree;
    this.prefix = prefix;
  }

  @Override
  public String string(String key, String fallback) {
    String text = tree.ask(prefix + key);
    return text == null ? fallback : text;
  }

  @Override
  public int integer(String key, int fallback, int min, int max) {
    String text = tree.ask(prefix + key);
    if (text == null) {
      return fallback;
    }
    if (WHOLE.matcher(text.strip()).matches()) {
      try {
        long value = Long.parseLong(text.strip());
        if (value >= min && value <= max) {
          return (int) value;
        }
      } catch (NumberFormatException _) {
        // too long for a long is out of range too
      }
    }
    throw wrong(key, text, "expected a whole number from " + min + " to " + max);
  }

  @Override
  public double number(String key, double fallback, double min, double max) {
    String text = tree.ask(prefix + key);
    if (text == null) {
      return fallback;
    }
    if (DECIMAL.matcher(text.strip()).matches()) {
      double value = Double.parseDouble(text.strip());
      if (Double.isFinite(value) && value >= min && value <= max) {
        return value;
      }
    }
    throw wrong(key, text, "expected a number from " + min + " to " + max);
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    String text = tree.ask(prefix + key);
    if (text == null) {
      return fallback;
    }
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, text, "expected true or false");
    };
  }

  @Override
  public long bytes(String key, long fallback) {
    String text = tree.ask(prefix + key);
    return text == null
        ? fallback
        : Amounts.bytes(text)
            .orElseThrow(() -> wrong(key, text, "expected " + Amounts.BYTES_EXPECTED));
  }

  @Override
  public Duration duration(String key, Duration fallback) {
    String text = tree.ask(prefix + key);
    return text == null
        ? fallback
        : Amounts.duration(text)
            .orElseThrow(() -> wrong(key, text, "expected " + Amounts.DURATION_EXPECTED));
  }

  @Override
  public <E extends Enum<E>> E oneOf(String key, Class<E> type, E fallback) {
    String text = tree.ask(prefix + key);
    if (text == null) {
      return fallback;
    }
    for (E constant : type.getEnumConstants()) {
      if (written(constant).equals(text.strip().replace('_', '-'))) {
        return constant;
      }
    }
    List<String> known =
        Arrays.stream(type.getEnumConstants()).map(ComponentConfig::written).toList();
    throw wrong(
        key,
        text,
        "expected one of " + String.join(", ", known) + "." + NearestName.hint(text, known));
  }

  @Override
  public ConfigurationException reject(String key, String why) {
    String text = tree.ask(prefix + key);
    return text == null
        ? new ConfigurationException(prefix + key + " (not set): " + why)
        : wrong(key, text, why);
  }

  private ConfigurationException wrong(String key, String text, String why) {
    return new ConfigurationException(prefix + key + " = '" + text + "': " + why);
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
