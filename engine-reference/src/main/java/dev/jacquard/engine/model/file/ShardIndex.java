package dev.jacquard.engine.model.file;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `model.safetensors.index.json`: which shard holds which tensor.
final class ShardIndex {
  private static final int MAX_BYTES = 64 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ShardIndex() {}

  /// Tensor name to file name; the file names are plain names within the folder.
  static Map<String, String> read(Path index) {
    JsonNode map;
    try {
      map = JSON.readTree(MappedFiles.read(index, MAX_BYTES)).path("weight_map");
    } catch (JacksonException e) {
      throw new ModelFileException(
          index, "is not valid JSON: " + e.getOriginalMessage(), SafetensorsFile.REMEDY, e);
    }
    if (!map.isObject()) {
      throw new ModelFileException(index, "has no object weight_map", SafetensorsFile.REMEDY);
    }
    Map<String, String> shards = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().isString() ? entry.getValue().stringValue() : "";
      if (!shard.matches("[A-Za-z0-9_.-]{1,200}") || !shard.endsWith(".safetensors")) {
        throw new ModelFileException(
            index,
            "gives tensor "
                + quote(entry.getKey())
                + " to "
                + quote(shard)
                + ", which is not the name of a .safetensors file in the folder",
            SafetensorsFile.REMEDY);
      }
      shards.put(entry.getKey(), shard);
    }
    return shards;
  }
}
