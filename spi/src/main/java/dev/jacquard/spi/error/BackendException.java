package dev.jacquard.spi.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A kernel backend failed.
public final class BackendException extends EngineException {
  private static final long serialVersionUID = 1L;

  /// How much is lost.
  public enum Severity {
    /// The step had no effect; the backend can be used on.
    STEP_FAILED,
    /// Only `close` works from now on.
    BACKEND_LOST
  }

  private final Severity severity;

  /// A failure of a backend.
  public BackendException(
      ErrorCode code, Severity severity, String message, @Nullable Throwable cause) {
    super(code, message, cause);
    this.severity = Objects.requireNonNull(severity, "severity is null");
  }

  /// How much is lost.
  public Severity severity() {
    return severity;
  }
}
