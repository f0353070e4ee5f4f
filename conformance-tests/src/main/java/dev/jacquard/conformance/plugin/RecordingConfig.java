package dev.jacquard.conformance.plugin;

import dev.jacquard.host.ConfigTree;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.error.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// A plugin's section of the configuration as the host gives it, that remembers what was asked for. One thread at a time.
final class RecordingConfig implements PluginConfig {
  /// A key as it was asked for.
  ///
  /// @param key the full key
  /// @param type what it is read as
  /// @param wrong texts that nobody can read as this type, or that are out of range
  /// @param edge texts at the edge of the type: they fit, and may still make no sense
  record Asked(String key, String type, List<String> wrong, List<String> edge) {}

  private static final List<String> ODD_TEXTS = List.of("/dev/null/no such value", "");

  private final String prefix;
  private final PluginConfig config;
  private final Map<String, Asked> asked = new LinkedHashMap<>();
  private final List<String> late = new ArrayList<>();
  private final AtomicBoolean sealed = new AtomicBoolean();

  RecordingConfig(String id, Map<String, String> values) {
    prefix = id + ".";
    config = new ConfigTree(values).section(id);
  }

  /// The keys that were asked for, in order.
  List<Asked> asked() {
    return List.copyOf(asked.values());
  }

  /// Everything is created: what is asked for from now on comes too late.
  void seal() {
    sealed.set(true);
  }

  /// The keys that were asked for too late.
  List<String> late() {
    return List.copyOf(late);
  }

  @Override
  public String string(String key, String fallback) {
    note(key, "a text", List.of(), ODD_TEXTS);
    return config.string(key, fallback);
  }

  @Override
  public int integer(String key, int fallback, int min, int max) {
    List<String> wrong = new ArrayList<>(List.of("many", "1.5", "99999999999999999999"));
    if (min > Integer.MIN_VALUE) {
      wrong.add(String.valueOf(min - 1L));
    }
    if (max < Integer.MAX_VALUE) {
      wrong.add(String.valueOf(max + 1L));
    }
    note(key, "a whole number", wrong, List.of(String.valueOf(min)));
    return config.integer(key, fallback, min, max);
  }

  @Override
  public double number(String key, double fallback, double min, double max) {
    note(
        key,
        "a number",
        List.of("much", "NaN", "Infinity", "1e999"),
        List.of(String.valueOf(min), String.valueOf(max)));
    return config.number(key, fallback, min, max);
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    note(key, "a switch", List.of("perhaps", "1"), List.of("true", "false"));
    return config.flag(key, fallback);
  }

  @Override
  public long bytes(String key, long fallback) {
    note(key, "an amount of memory", List.of("a lot", "-1", "5 apples"), List.of("0"));
    return config.bytes(key, fallback);
  }

  @Override
  public Duration duration(String key, Duration fallback) {
    note(
        key,
        "a duration",
        List.of("soon", "-5s", "30"),
        List.of("0s", "P106751D", "PT2562047788015H"));
    return config.duration(key, fallback);
  }

  @Override
  public <E extends Enum<E>> E oneOf(String key, Class<E> type, E fallback) {
    note(key, "a choice", List.of("no-such-choice"), List.of());
    return config.oneOf(key, type, fallback);
  }

  @Override
  public ConfigurationException reject(String key, String why) {
    return config.reject(key, why);
  }

  private void note(String key, String type, List<String> wrong, List<String> edge) {
    asked.putIfAbsent(prefix + key, new Asked(prefix + key, type, wrong, edge));
    if (sealed.get()) {
      late.add(prefix + key);
    }
  }
}
