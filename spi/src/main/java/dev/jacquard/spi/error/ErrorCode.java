package dev.jacquard.spi.error;

/// A stable name of an error. Plugins define their own enums with a dotted prefix, such as `mine.out-of-memory`.
public interface ErrorCode {
  /// The stable name.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: PLG-9
  String code();

  /// Who must act.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: PLG-9
  ErrorKind kind();
}
