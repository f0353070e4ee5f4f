package dev.jacquard.engine.model.config;

import dev.jacquard.engine.model.file.GgufFile;
import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.engine.model.file.SafetensorsFile;

/// The two conventions by which files name tensors.
public enum WeightNames {
  GGUF,
  HUGGING_FACE;

  /// The convention of a file.
  public static WeightNames of(ModelFile file) {
    return switch (file) {
      case GgufFile _ -> GGUF;
      case SafetensorsFile _ -> HUGGING_FACE;
    };
  }
}
