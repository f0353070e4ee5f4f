package dev.jacquard.spi.kernel;

/// What a backend can do; a model that needs more is refused at load (KRN-8).
public enum Operation {
  EMBED,
  RMS_NORM,
  MATMUL,
  ADD_BIAS,
  ROPE_INTERLEAVED,
  ROPE_HALVES,
  WRITE_KV,
  ATTENTION,
  ATTENTION_WINDOW,
  ATTENTION_SOFT_CAP,
  ATTENTION_SINKS,
  SILU_MULTIPLY,
  ADD,
  GATHER_ROWS,
  COPY_BLOCKS,
  /// Optional: choose tokens on the device.
  SAMPLE
}
