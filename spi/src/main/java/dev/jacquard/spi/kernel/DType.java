package dev.jacquard.spi.kernel;

/// Element type of a tensor as it lies in a file or on a device.
///
/// Quantised types store `blockElements` consecutive elements of a row in `blockBytes` bytes; plain types have blocks of one element. Layouts are
/// those of the GGUF format (ggml). A type listed here can be *named*; whether a backend can load it is for its [BackendCapabilities] to say.
public enum DType {
  F32(1, 4),
  F16(1, 2),
  BF16(1, 2),
  /// 32 elements: f16 scale, 32 signed bytes; `w = d * q`.
  Q8_0(32, 34),
  /// 32 elements: f16 scale, 16 bytes of two nibbles; `w = d * (q - 8)`.
  Q4_0(32, 18),
  Q4_1(32, 20),
  Q5_0(32, 22),
  Q5_1(32, 24),
  Q2_K(256, 84),
  Q3_K(256, 110),
  Q4_K(256, 144),
  Q5_K(256, 176),
  Q6_K(256, 210),
  IQ4_NL(32, 18),
  MXFP4(32, 17),
  I32(1, 4);

  private final int blockElements;
  private final int blockBytes;

  DType(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /// Elements of a row that share one block.
  public int blockElements() {
    return blockElements;
  }

  /// Bytes of one block.
  public int blockBytes() {
    return blockBytes;
  }

  /// Bytes of one row of `elements` elements.
  ///
  /// @throws IllegalArgumentException when `elements` is not a multiple of the block
  public long rowBytes(long elements) {
    if (elements % blockElements != 0) {
      throw new IllegalArgumentException(
          name() + " rows come in blocks of " + blockElements + " elements, not " + elements);
    }
    return elements / blockElements * blockBytes;
  }
}
