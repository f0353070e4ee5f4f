package dev.jacquard.spi.error;

import static dev.jacquard.spi.error.ErrorKind.CONFIGURATION;
import static dev.jacquard.spi.error.ErrorKind.INTERNAL;
import static dev.jacquard.spi.error.ErrorKind.PLUGIN;
import static dev.jacquard.spi.error.ErrorKind.REQUEST;
import static dev.jacquard.spi.error.ErrorKind.RESOURCE;

/// The codes the engine and the host use themselves.
public enum StandardErrorCode implements ErrorCode {
  INVALID_REQUEST("invalid-request", REQUEST),
  PROMPT_TOO_LONG("prompt-too-long", REQUEST),
  UNSUPPORTED_PARAMETER("unsupported-parameter", REQUEST),
  QUEUE_FULL("queue-full", RESOURCE),
  SHUTTING_DOWN("shutting-down", RESOURCE),
  INVALID_CONFIGURATION("invalid-configuration", CONFIGURATION),
  INVALID_MODEL("invalid-model", CONFIGURATION),
  OUT_OF_MEMORY("out-of-memory", RESOURCE),
  UNSUPPORTED_OPERATION("unsupported-operation", PLUGIN),
  PLUGIN_FAILED("plugin-failed", PLUGIN),
  BACKEND_FAILED("backend-failed", PLUGIN),
  INTERNAL_ERROR("internal-error", INTERNAL);

  private final String code;
  private final ErrorKind kind;

  StandardErrorCode(String code, ErrorKind kind) {
    this.code = code;
    this.kind = kind;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public ErrorKind kind() {
    return kind;
  }
}
