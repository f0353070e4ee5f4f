package dev.jacquard.engine.model.file;

import static dev.jacquard.engine.model.file.ModelFileException.quote;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A GGUF model of version 2 or 3, little-endian, in one file or split into several
/// (`name-00001-of-00003.gguf`, as llama.cpp's `gguf-split` writes them).
public final class GgufFile implements ModelFile {
  private static final Logger LOG = LoggerFactory.getLogger(GgufFile.class);
  private static final Pattern SPLIT_NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");
  private static final int MAX_PARTS = 65_535;

  private final Path path;
  private final Metadata metadata;
  private final TensorTable tensors;
  private final MappedArena arena;

  private GgufFile(Path path, Metadata metadata, TensorTable tensors, MappedArena arena) {
    this.path = path;
    this.metadata = metadata;
    this.tensors = tensors;
    this.arena = arena;
  }

  /// Maps a GGUF file and, when it is the first of a split model, the others beside it.
  ///
  /// @throws ModelFileException when a file is missing, damaged or not supported
  public static GgufFile open(Path path) {
    MappedArena arena = new MappedArena();
    try {
      GgufFile opened = read(path, arena);
      LOG.debug("opened {}: {} tensors", path, opened.tensors().size());
      return opened;
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static GgufFile read(Path path, MappedArena arena) {
    MemorySegment first = MappedFiles.map(path, arena.arena());
    GgufHeader header = GgufHeader.read(path, first, 0);
    Metadata metadata = header.metadata();
    int count = metadata.wholeOr("split.count", 0, MAX_PARTS, 0);
    if (count <= 1) {
      return new GgufFile(path, metadata, new TensorTable(List.of(first), header.tensors()), arena);
    }
    List<Path> files = parts(path, metadata, count);
    List<MemorySegment> maps = new ArrayList<>(List.of(first));
    Map<String, TensorInfo> tensors = new LinkedHashMap<>(header.tensors());
    for (int part = 1; part < count; part++) {
      Path file = files.get(part);
      MemorySegment map = MappedFiles.map(file, arena.arena());
      GgufHeader other = GgufHeader.read(file, map, part);
      if (other.metadata().whole("split.no", 0, MAX_PARTS) != part) {
        throw other.metadata().problem("split.no", "should be " + part + " in this file");
      }
      for (TensorInfo tensor : other.tensors().values()) {
        TensorInfo twin = tensors.put(tensor.name(), tensor);
        if (twin != null) {
          throw new ModelFileException(
              file,
              "tensor " + quote(tensor.name()) + " is also in " + files.get(twin.part()),
              GgufHeader.REMEDY);
        }
      }
      maps.add(map);
    }
    int expected = metadata.wholeOr("split.tensors.count", 0, Integer.MAX_VALUE, tensors.size());
    if (expected != tensors.size()) {
      throw metadata.problem(
          "split.tensors.count", "but the " + count + " files hold " + tensors.size());
    }
    return new GgufFile(path, metadata, new TensorTable(maps, tensors), arena);
  }

  private static List<Path> parts(Path path, Metadata metadata, int count) {
    Path last = path.getFileName();
    Matcher name = SPLIT_NAME.matcher(last == null ? "" : last.toString());
    if (!name.matches() || Integer.parseInt(name.group(3)) != count) {
      throw metadata.problem(
          "split.count", "but the file is not named like NAME-00001-of-" + five(count) + ".gguf");
    }
    if (metadata.whole("split.no", 0, MAX_PARTS) != 0) {
      throw metadata.problem(
          "split.no",
          "is not the first part: give " + name.group(1) + "-00001-of-" + five(count) + ".gguf");
    }
    List<Path> files = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      files.add(
          path.resolveSibling(name.group(1) + "-" + five(i) + "-of-" + five(count) + ".gguf"));
    }
    return files;
  }

  private static String five(int number) {
    return String.format("%05d", number);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Metadata metadata() {
    return metadata;
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
