package dev.jacquard.engine.model.file;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An opened model: what it says about itself, and its tensors as read-only mapped memory.
///
/// Opening reads headers only; tensor bytes are paged in by the operating system when they are
/// touched. Objects are immutable and may be used from any thread until [#close], which unmaps
/// everything: segments handed out earlier then throw `IllegalStateException`. The files must not
/// be shortened while they are mapped.
public sealed interface ModelFile extends AutoCloseable permits GgufFile, SafetensorsFile {

  /// Opens a GGUF file (the first one of a split model) or a Hugging Face folder of safetensors.
  ///
  /// @param path a `.gguf` file, a folder with `config.json` and `model.safetensors` or
  ///   `model.safetensors.index.json`, or a `.safetensors` file in such a folder
  /// @throws ModelFileException when there is no such model or it is damaged or not supported
  static ModelFile open(Path path) {
    if (Files.isDirectory(path)) {
      return SafetensorsFile.open(path);
    }
    if (path.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
      Path parent = path.toAbsolutePath().getParent();
      return SafetensorsFile.open(parent == null ? path : parent);
    }
    return GgufFile.open(path);
  }

  /// What was opened: the GGUF file, or the folder.
  Path path();

  /// The key-value pairs of a GGUF file, or the fields of `config.json` with nested fields under
  /// dotted keys (`rope_scaling.factor`).
  Metadata metadata();

  /// All tensors in file order.
  List<TensorInfo> tensors();

  /// The tensor of that name, or null.
  @Nullable TensorInfo find(String name);

  /// The bytes of one of this file's tensors, read-only and mapped; valid until [#close].
  ///
  /// Safetensors promise no alignment of the data: read with unaligned layouts.
  ///
  /// @throws IllegalArgumentException when the tensor is not from this file
  MemorySegment data(TensorInfo tensor);

  /// The elements of a small F32, F16 or BF16 tensor (a norm, a bias), widened to float.
  ///
  /// @throws IllegalArgumentException for other types, or more than 2^24 elements
  float[] floats(TensorInfo tensor);

  /// Unmaps the files. Closing twice is allowed.
  @Override
  void close();
}
