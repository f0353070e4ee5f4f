package dev.jacquard.conformance;

import java.io.Serial;

/// Thrown by a check whose subject does not claim what the check is about: a backend without
/// `SAMPLE`, a machine without the device. Shown as skipped, with the reason; never as passed.
public final class NotApplicable extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /// With the reason, for people.
  public NotApplicable(String reason) {
    super(reason);
  }
}
