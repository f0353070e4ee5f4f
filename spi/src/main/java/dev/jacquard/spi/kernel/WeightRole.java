package dev.jacquard.spi.kernel;

/// What a weight is for, so that a backend can choose a layout.
public enum WeightRole {
  /// Rows are looked up by token id; may also be the output matrix when the model ties them.
  EMBEDDING,
  /// Left operand of a matrix product, `[outputs][inputs]`.
  MATRIX,
  /// One row of scale factors, read as f32.
  NORM,
  /// One row to add, read as f32.
  BIAS
}
