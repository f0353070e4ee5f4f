package dev.jacquard.engine.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who may ask, and as whom. A tenant is named after a digest of its key, never after the key.
final class ApiKeys {
  private final List<String> keys;

  ApiKeys(List<String> keys) {
    this.keys = keys;
  }

  /// The tenant of a request.
  ///
  /// @param authorization the header, or null
  /// @throws ApiError 401 when keys are configured and none of them was sent
  String tenant(@Nullable String authorization) {
    if (keys.isEmpty()) {
      return "";
    }
    String sent =
        authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
            ? authorization.substring(7).strip()
            : "";
    byte[] digest = digest(sent);
    boolean known = false;
    for (String key : keys) {
      known |= MessageDigest.isEqual(digest, digest(key));
    }
    if (!known || sent.isEmpty()) {
      throw ApiError.unknownKey();
    }
    return "key-" + HexFormat.of().formatHex(digest, 0, 8);
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
