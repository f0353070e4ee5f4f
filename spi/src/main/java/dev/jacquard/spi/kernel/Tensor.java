package dev.jacquard.spi.kernel;

/// A matrix that a backend owns: `rows` rows of `width` elements. Opaque; valid until it is freed or its backend closes. Of activations only the backend knows how they lie in
/// memory; as seen through `uploadRows` and `downloadRows` they are f32.
public interface Tensor {
  /// Rows.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-3
  int rows();

  /// Elements of a row.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-3
  int width();
}
