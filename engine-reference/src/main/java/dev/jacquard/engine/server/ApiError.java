package dev.jacquard.engine.server;

import dev.jacquard.engine.chat.ChatTemplateException;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An error answer in OpenAI's shape: `{"error": {"message", "type", "param", "code"}}`.
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final @Nullable String param;
  private final @Nullable String code;
  private final String allow;

  private ApiError(
      int status, String type, @Nullable String param, @Nullable String code, String message) {
    this(status, type, param, code, message, "");
  }

  private ApiError(
      int status,
      String type,
      @Nullable String param,
      @Nullable String code,
      String message,
      String allow) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
    this.allow = allow;
  }

  static ApiError badRequest(@Nullable String param, String message) {
    return new ApiError(400, "invalid_request_error", param, null, message);
  }

  static ApiError of(int status, String message) {
    String type =
        switch (status) {
          case 401 -> "authentication_error";
          case 429 -> "rate_limit_error";
          case 500, 503 -> "server_error";
          default -> "invalid_request_error";
        };
    return new ApiError(status, type, null, null, message);
  }

  /// What a failure inside means to the client. Messages of faults that are not the client's doing say nothing about the inside.
  static ApiError from(Throwable failure) {
    return switch (failure) {
      case ApiError error -> error;
      case RequestRejectedException e -> rejected(e);
      case ChatTemplateException e -> badRequest("messages", String.valueOf(e.getMessage()));
      case EngineException e ->
          new ApiError(
              500, "server_error", null, e.code().code(), "the engine failed: " + e.code().code());
      default ->
          new ApiError(
              500, "server_error", null, "internal-error", "the server failed; see its log");
    };
  }

  /// 401: no key, or none that is known.
  static ApiError unknownKey() {
    return new ApiError(
        401,
        "authentication_error",
        null,
        "invalid_api_key",
        "the API key is missing or not known; send the header Authorization: Bearer KEY");
  }

  /// 404: a model that is not here.
  static ApiError unknownModel(String message) {
    return new ApiError(404, "invalid_request_error", "model", "model_not_found", message);
  }

  /// 405: the path takes other methods.
  static ApiError wrongMethod(String path, List<String> takes, String sent) {
    return new ApiError(
        405,
        "invalid_request_error",
        null,
        null,
        path + " takes " + String.join(" or ", takes) + ", not " + sent,
        String.join(", ", takes).replace("GET", "GET, HEAD"));
  }

  /// 500: a plugin did not do what it must.
  static ApiError pluginFailed(String plugin, String what) {
    return new ApiError(
        500,
        "server_error",
        null,
        StandardErrorCode.PLUGIN_FAILED.code(),
        "plugin '" + plugin + "' " + what + "; see the server's log");
  }

  private static ApiError rejected(RequestRejectedException e) {
    String message = String.valueOf(e.getMessage());
    if (!(e.code() instanceof StandardErrorCode code)) {
      return new ApiError(400, "invalid_request_error", e.parameter(), e.code().code(), message);
    }
    return switch (code) {
      case QUEUE_FULL -> new ApiError(429, "rate_limit_error", null, "queue-full", message);
      case SHUTTING_DOWN -> new ApiError(503, "server_error", null, "shutting-down", message);
      case PROMPT_TOO_LONG ->
          new ApiError(
              400, "invalid_request_error", e.parameter(), "context_length_exceeded", message);
      default ->
          new ApiError(400, "invalid_request_error", e.parameter(), e.code().code(), message);
    };
  }

  int status() {
    return status;
  }

  /// Whether `failure`, which became this answer, is worth a line in the log: not what clients did, and not a stop.
  boolean fault(Throwable failure) {
    return status >= 500
        && !(failure instanceof ApiError)
        && !(failure instanceof RequestRejectedException);
  }

  /// Headers that belong to the status, names and values in turn.
  List<String> headers() {
    return switch (status) {
      case 401 -> List.of("WWW-Authenticate", "Bearer");
      case 405 -> List.of("Allow", allow);
      case 429, 503 -> List.of("Retry-After", "1");
      default -> List.of();
    };
  }

  ObjectNode json() {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("message", getMessage()).put("type", type).put("param", param).put("code", code);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("error", error);
    return body;
  }
}
