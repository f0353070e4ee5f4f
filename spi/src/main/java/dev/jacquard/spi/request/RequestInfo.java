package dev.jacquard.spi.request;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is known of a request when it is submitted: a group of `sampling.n()` sequences of one prompt. One immutable object a request.
///
/// @param id the name the client sees; unique while the request lives
/// @param serial a number never reused in the life of the engine
/// @param arrivalNanos engine clock when the request was submitted
/// @param deadlineNanos engine clock when it is aborted, [Long#MAX_VALUE] for never
/// @param priority lower runs first, as in vLLM; 0 unless given
/// @param tenant who asks, from the API key; `""` when the server has no keys
/// @param cacheScope root of prefix sharing: tenant, salt and adapter; sequences of different scopes never share a block (BSM-5)
/// @param adapter name of the adapter, `""` for none
/// @param sampling how tokens are chosen
/// @param hints the declared fields the request carried
/// @param attachments what each plugin's `parse` made of the hints, by plugin id
public record RequestInfo(
    String id,
    long serial,
    long arrivalNanos,
    long deadlineNanos,
    int priority,
    String tenant,
    String cacheScope,
    String adapter,
    SamplingParams sampling,
    RequestHints hints,
    Map<String, Object> attachments) {
  /// Checks for nulls and copies the attachments.
  public RequestInfo {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(tenant, "tenant is null");
    Objects.requireNonNull(cacheScope, "cacheScope is null");
    Objects.requireNonNull(adapter, "adapter is null");
    Objects.requireNonNull(sampling, "sampling is null");
    Objects.requireNonNull(hints, "hints is null");
    attachments = Map.copyOf(attachments);
  }

  /// What the plugin `pluginId` made of the hints, or null if it made nothing.
  public @Nullable Object attachment(String pluginId) {
    return attachments.get(pluginId);
  }
}
