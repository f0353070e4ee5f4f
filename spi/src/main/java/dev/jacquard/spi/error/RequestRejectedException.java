package dev.jacquard.spi.error;

import org.jspecify.annotations.Nullable;

/// A request cannot be served. The message goes to the client: it names the parameter, the value and the remedy, and nothing about other tenants.
public final class RequestRejectedException extends EngineException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String parameter;

  /// A rejection that concerns no single parameter.
  public RequestRejectedException(ErrorCode code, String message) {
    this(code, null, message);
  }

  /// A rejection because of `parameter`, named as the client wrote it.
  public RequestRejectedException(ErrorCode code, @Nullable String parameter, String message) {
    super(code, message, null);
    this.parameter = parameter;
  }

  /// The parameter to blame, as the client wrote it, or null.
  public @Nullable String parameter() {
    return parameter;
  }
}
