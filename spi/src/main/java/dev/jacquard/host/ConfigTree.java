package dev.jacquard.host;

import dev.jacquard.spi.PluginConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The whole configuration as flat text: `mine.ttl` → `30s`. It remembers which keys were asked for, so that a key nobody reads is an error and not a silent mistake. Starting thread.
public final class ConfigTree {
  private final Map<String, String> values;
  private final Set<String> asked = new TreeSet<>();
  private final Set<String> sections = new TreeSet<>();

  /// A tree of full keys and their text.
  public ConfigTree(Map<String, String> values) {
    this.values = new TreeMap<>(values);
  }

  /// The keys that start with `prefix` and a dot, seen without them; `""` gives all keys by their full names. A plugin's section is its id. Several sections of one prefix share everything.
  public PluginConfig section(String prefix) {
    if (!prefix.isEmpty()) {
      sections.add(prefix);
    }
    return new ComponentConfig(this, prefix.isEmpty() ? "" : prefix + ".");
  }

  /// The text of a full key, or null; marks the key as used.
  @Nullable String ask(String fullKey) {
    asked.add(fullKey);
    return values.get(fullKey);
  }

  /// One line for each key that nobody asked for, with the nearest key somebody did. Call when everything has been created. Values are left out: a misspelt key may hold a secret.
  public List<String> unusedProblems() {
    List<String> problems = new ArrayList<>();
    for (String key : values.keySet()) {
      if (!asked.contains(key)) {
        problems.add(key + ": " + why(key));
      }
    }
    return problems;
  }

  private String why(String key) {
    String hint = NearestName.hint(key, asked);
    int dot = key.indexOf('.');
    if (dot > 0) {
      String section = key.substring(0, dot);
      String prefix = section + ".";
      List<String> known = asked.stream().filter(k -> k.startsWith(prefix)).toList();
      if (!known.isEmpty()) {
        return "nothing reads this key."
            + (hint.isEmpty() ? " Known are " + String.join(", ", known) : hint);
      }
      if (!sections.contains(section)) {
        return "nothing that is selected reads '"
            + prefix
            + "*'."
            + (hint.isEmpty() ? NearestName.hint(section, sections) : hint)
            + " Select a component of that plugin, or leave the key out";
      }
    }
    return "nothing reads this key." + (hint.isEmpty() ? " Leave it out" : hint);
  }
}
