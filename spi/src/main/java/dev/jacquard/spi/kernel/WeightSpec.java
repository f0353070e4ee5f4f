package dev.jacquard.spi.kernel;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// A weight to load: `rows` rows of `width` elements of one type, in one or more parts that are concatenated by rows (fused QKV, gate and up).
///
/// The parts usually lie in a mapped file: the backend may map, copy or repack them, and must say in [KernelBackend#loadWeight] when it still needs them.
///
/// @param name for messages
/// @param alsoMatrix whether an EMBEDDING is the output matrix too (tied embeddings)
public record WeightSpec(
    String name,
    WeightRole role,
    boolean alsoMatrix,
    DType type,
    int rows,
    int width,
    List<MemorySegment> parts) {
  /// Checks that the parts hold exactly `rows` rows.
  public WeightSpec {
    parts = List.copyOf(parts);
    long bytes = parts.stream().mapToLong(MemorySegment::byteSize).sum();
    if (bytes != type.rowBytes(width) * rows) {
      throw new IllegalArgumentException(
          name
              + ": "
              + rows
              + " rows of "
              + width
              + " "
              + type
              + " take "
              + type.rowBytes(width) * rows
              + " bytes, the parts hold "
              + bytes);
    }
  }
}
