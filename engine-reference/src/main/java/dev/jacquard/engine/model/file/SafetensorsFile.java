package dev.jacquard.engine.model.file;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A model as Hugging Face keeps it: a folder with `config.json`, the weights in
/// `model.safetensors` or in the shards that `model.safetensors.index.json` lists, and usually
/// `tokenizer.json`. Tensors keep their Hugging Face names.
public final class SafetensorsFile implements ModelFile {
  static final String REMEDY = "download the model's folder again, with all its files";

  private static final Logger LOG = LoggerFactory.getLogger(SafetensorsFile.class);
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private static final int MAX_TEXT = 4 << 20;

  private final Path folder;
  private final Metadata config;
  private final TensorTable tensors;
  private final MappedArena arena;

  private SafetensorsFile(Path folder, Metadata config, TensorTable tensors, MappedArena arena) {
    this.folder = folder;
    this.config = config;
    this.tensors = tensors;
    this.arena = arena;
  }

  /// Maps the weights of a model folder.
  ///
  /// @throws ModelFileException when a file is missing, damaged or not supported
  public static SafetensorsFile open(Path folder) {
    Path single = folder.resolve(SINGLE);
    Path index = folder.resolve(INDEX);
    boolean sharded = Files.exists(index);
    if (!sharded && !Files.exists(single)) {
      throw new ModelFileException(
          folder,
          "holds neither " + SINGLE + " nor " + INDEX,
          "give the folder of a Hugging Face model, or the path of a .gguf file");
    }
    Path configFile = folder.resolve("config.json");
    if (!Files.exists(configFile)) {
      throw new ModelFileException(folder, "holds no config.json", REMEDY);
    }
    Metadata config = JsonMetadata.read(configFile);
    MappedArena arena = new MappedArena();
    try {
      TensorTable tensors = sharded ? shards(folder, index, arena) : single(single, arena);
      LOG.debug("opened {}: {} tensors", folder, tensors.all().size());
      return new SafetensorsFile(folder, config, tensors, arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static TensorTable single(Path file, MappedArena arena) {
    MemorySegment map = MappedFiles.map(file, arena.arena());
    return new TensorTable(List.of(map), SafetensorsHeader.read(file, map, 0));
  }

  private static TensorTable shards(Path folder, Path index, MappedArena arena) {
    Map<String, String> weightMap = ShardIndex.read(index);
    Map<String, Map<String, TensorInfo>> opened = new LinkedHashMap<>();
    List<MemorySegment> maps = new ArrayList<>();
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : weightMap.entrySet()) {
      String shard = entry.getValue();
      Map<String, TensorInfo> inShard = opened.get(shard);
      if (inShard == null) {
        Path file = folder.resolve(shard);
        MemorySegment map = MappedFiles.map(file, arena.arena());
        inShard = SafetensorsHeader.read(file, map, maps.size());
        opened.put(shard, inShard);
        maps.add(map);
      }
      TensorInfo tensor = inShard.get(entry.getKey());
      if (tensor == null) {
        throw new ModelFileException(
            index,
            "says that tensor "
                + quote(entry.getKey())
                + " is in "
                + quote(shard)
                + ", where it is not",
            REMEDY);
      }
      tensors.put(tensor.name(), tensor);
    }
    return new TensorTable(maps, tensors);
  }

  /// The model's `tokenizer.json`, or null when the folder has none.
  public @Nullable Path tokenizerJson() {
    Path file = folder.resolve("tokenizer.json");
    return Files.isRegularFile(file) ? file : null;
  }

  /// Another JSON file of the folder (`generation_config.json`, `tokenizer_config.json`), or null
  /// when there is none.
  ///
  /// @throws ModelFileException when it is not a JSON object
  public @Nullable Metadata sidecar(String fileName) {
    Path file = folder.resolve(fileName);
    return Files.isRegularFile(file) ? JsonMetadata.read(file) : null;
  }

  /// A small text file of the folder (`chat_template.jinja`), or null when there is none.
  public @Nullable String text(String fileName) {
    Path file = folder.resolve(fileName);
    return Files.isRegularFile(file)
        ? new String(MappedFiles.read(file, MAX_TEXT), StandardCharsets.UTF_8)
        : null;
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public Metadata metadata() {
    return config;
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors.all();
  }

  @Override
  public @Nullable TensorInfo find(String name) {
    return tensors.find(name);
  }

  @Override
  public MemorySegment data(TensorInfo tensor) {
    return tensors.data(tensor);
  }

  @Override
  public float[] floats(TensorInfo tensor) {
    return tensors.floats(tensor);
  }

  @Override
  public void close() {
    arena.close();
  }
}
