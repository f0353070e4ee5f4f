package dev.jacquard.spi.error;

import org.jspecify.annotations.Nullable;

/// A configuration value cannot be used. The message names the full key, the value and what is accepted.
public final class ConfigurationException extends EngineException {
  private static final long serialVersionUID = 1L;

  /// A value that cannot be used.
  public ConfigurationException(String message) {
    this(message, null);
  }

  /// A value that cannot be used, because of `cause`.
  public ConfigurationException(String message, @Nullable Throwable cause) {
    super(StandardErrorCode.INVALID_CONFIGURATION, message, cause);
  }
}
