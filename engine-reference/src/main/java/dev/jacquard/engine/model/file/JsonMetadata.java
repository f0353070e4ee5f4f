package dev.jacquard.engine.model.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Turns the JSON files beside a safetensors model into [Metadata]: nested fields get dotted keys,
/// nulls are absent, arrays of objects get numbered keys.
final class JsonMetadata {
  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_KEY = 256;
  private static final int MAX_DEPTH = 8;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private JsonMetadata() {}

  static Metadata read(Path file) {
    byte[] bytes = MappedFiles.read(file, MAX_BYTES);
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (JacksonException e) {
      throw new ModelFileException(
          file, "is not valid JSON: " + e.getOriginalMessage(), SafetensorsFile.REMEDY, e);
    }
    if (root == null || !root.isObject()) {
      throw new ModelFileException(file, "is not a JSON object", SafetensorsFile.REMEDY);
    }
    Map<String, MetaValue> values = new LinkedHashMap<>();
    add(values, "", root, 0);
    return new Metadata(file, SafetensorsFile.REMEDY, values);
  }

  /// Very long keys and very deep fields are left out: nobody asks for them, and concatenating them
  /// would let a small file grow large.
  private static void add(Map<String, MetaValue> values, String key, JsonNode node, int depth) {
    if (depth > MAX_DEPTH || key.length() > MAX_KEY) {
      return;
    }
    String prefix = key.isEmpty() ? "" : key + ".";
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        add(values, prefix + field.getKey(), field.getValue(), depth + 1);
      }
    } else if (node.isString()) {
      values.put(key, new MetaValue.Text(node.stringValue()));
    } else if (node.isBoolean()) {
      values.put(key, new MetaValue.Flag(node.booleanValue()));
    } else if (node.isIntegralNumber() && node.canConvertToLong()) {
      values.put(key, new MetaValue.Whole(node.longValue()));
    } else if (node.isNumber()) {
      values.put(key, new MetaValue.Real(node.asDouble(Double.POSITIVE_INFINITY)));
    } else if (node.isArray()) {
      array(values, key, prefix, node, depth);
    }
  }

  private static void array(
      Map<String, MetaValue> values, String key, String prefix, JsonNode node, int depth) {
    boolean numbers = true;
    boolean strings = !node.isEmpty();
    for (JsonNode item : node) {
      numbers &= item.isNumber();
      strings &= item.isString();
    }
    if (strings) {
      List<String> texts = new ArrayList<>();
      node.forEach(item -> texts.add(item.stringValue()));
      values.put(key, new MetaValue.Texts(texts));
    } else if (numbers) {
      double[] all = new double[node.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = node.get(i).asDouble(Double.POSITIVE_INFINITY);
      }
      values.put(key, new MetaValue.Numbers(new PlainNumbers(all)));
    } else {
      for (int i = 0; i < node.size(); i++) {
        add(values, prefix + i, node.get(i), depth + 1);
      }
    }
  }
}
