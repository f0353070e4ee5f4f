package dev.jacquard.conformance.host;

import dev.jacquard.spi.error.ErrorCode;
import dev.jacquard.spi.error.ErrorKind;

/// The code of the kit's own faults.
enum KitCode implements ErrorCode {
  BROKEN;

  @Override
  public String code() {
    return "kit.broken";
  }

  @Override
  public ErrorKind kind() {
    return ErrorKind.PLUGIN;
  }
}
