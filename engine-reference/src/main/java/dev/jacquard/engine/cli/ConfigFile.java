package dev.jacquard.engine.cli;

import dev.jacquard.spi.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A YAML configuration file, or a JSON object, as flat text: nested keys are joined by dots, lists by commas.
final class ConfigFile {
  private ConfigFile() {}

  static Map<String, String> yaml(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ConfigurationException("--config is " + file + "; there is no such file");
    }
    try {
      return flat(new YAMLMapper().readTree(Files.readString(file)), file.toString());
    } catch (IOException e) {
      throw new ConfigurationException(
          "--config " + file + " cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new ConfigurationException(
          "--config " + file + " is not valid YAML: " + e.getOriginalMessage(), e);
    }
  }

  static Map<String, String> json(String text, String flag) {
    try {
      if (text.isBlank()) {
        throw new ConfigurationException(flag + " is empty; write it like '{\"key\": 1}'");
      }
      return flat(new JsonMapper().readTree(text), flag);
    } catch (JacksonException e) {
      throw new ConfigurationException(
          flag + " is not valid JSON: " + e.getOriginalMessage() + "; write it like '{\"key\": 1}'",
          e);
    }
  }

  private static Map<String, String> flat(JsonNode node, String where) {
    Map<String, String> values = new TreeMap<>();
    if (node.isMissingNode() || node.isNull()) {
      return values; // an empty file sets nothing
    }
    if (!node.isObject()) {
      throw new ConfigurationException(where + " must hold keys and values, not " + node);
    }
    collect("", node, values);
    return values;
  }

  private static void collect(String prefix, JsonNode node, Map<String, String> into) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = prefix + entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isObject()) {
        collect(key + ".", value, into);
      } else if (value.isArray()) {
        List<String> elements = new ArrayList<>();
        value.forEach(element -> elements.add(element.asString()));
        into.put(key, String.join(",", elements));
      } else if (!value.isNull()) {
        into.put(key, value.asString());
      }
    }
  }
}
