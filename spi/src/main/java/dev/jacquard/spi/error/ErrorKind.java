package dev.jacquard.spi.error;

/// Who must act on an error.
public enum ErrorKind {
  /// The client: the request cannot be served as it is.
  REQUEST,
  /// The operator: a key or a combination of keys makes no sense.
  CONFIGURATION,
  /// The operator or time: something is exhausted.
  RESOURCE,
  /// The plugin's author.
  PLUGIN,
  /// The engine's authors.
  INTERNAL
}
