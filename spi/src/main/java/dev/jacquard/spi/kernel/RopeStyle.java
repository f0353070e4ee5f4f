package dev.jacquard.spi.kernel;

/// Which elements of a head turn together.
public enum RopeStyle {
  /// `(2i, 2i + 1)`: the original paper, GGUF's Llama files.
  INTERLEAVED,
  /// `(i, i + dim / 2)`: GPT-NeoX, Hugging Face.
  HALVES
}
