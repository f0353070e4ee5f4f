package dev.jacquard.spi.error;

import org.jspecify.annotations.Nullable;

/// A plugin failed, or was used against its contract.
public final class PluginException extends EngineException {
  private static final long serialVersionUID = 1L;

  /// A failure of a plugin.
  public PluginException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
