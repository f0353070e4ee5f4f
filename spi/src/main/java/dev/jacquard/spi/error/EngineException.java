package dev.jacquard.spi.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Base of all errors that cross the SPI. Plugins throw the permitted types with their own codes; they do not subclass.
public abstract sealed class EngineException extends RuntimeException
    permits RequestRejectedException, ConfigurationException, PluginException, BackendException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // codes are enums in practice; exceptions are not sent anywhere
  private final ErrorCode code;

  EngineException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code is null");
  }

  /// What went wrong, for programs.
  public final ErrorCode code() {
    return code;
  }
}
