package dev.jacquard.conformance.host;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One request, as a client of the host's sends it. Tokens are chosen greedily, and nothing ends the answer
/// before `maxTokens`.
///
/// @param prompt token ids, 3 to 63 each, which every model has
/// @param maxTokens tokens to generate, exactly
/// @param priority lower runs first where somebody looks at it
/// @param tenant who asks, as the host made it out from the API key
/// @param salt keeps the cache apart from that of other salts, `""` for none
/// @param body further members of the request, as JSON text of an object: where hints are
/// @param headers HTTP headers by name
public record Ask(
    List<Integer> prompt,
    int maxTokens,
    int priority,
    String tenant,
    String salt,
    String body,
    Map<String, String> headers) {
  /// Copies the collections.
  public Ask {
    prompt = List.copyOf(prompt);
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body, "body is null");
  }

  /// A request of nobody in particular, without hints.
  public static Ask of(List<Integer> prompt, int maxTokens) {
    return new Ask(prompt, maxTokens, 0, "", "", "{}", Map.of());
  }

  /// With a priority.
  public Ask withPriority(int value) {
    return new Ask(prompt, maxTokens, value, tenant, salt, body, headers);
  }

  /// Of a tenant, with a salt.
  public Ask of(String who, String cacheSalt) {
    return new Ask(prompt, maxTokens, priority, who, cacheSalt, body, headers);
  }

  /// With members and headers.
  public Ask with(String json, Map<String, String> lines) {
    return new Ask(prompt, maxTokens, priority, tenant, salt, json, lines);
  }
}
