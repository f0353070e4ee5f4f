package dev.jacquard.spi.plugin;

import dev.jacquard.spi.request.JsonValue;
import java.util.List;
import java.util.Optional;

/// A collection of plain records a plugin serves under `/v1/<name>`. Calls run on the engine thread between steps, receive the caller's tenant and return snapshots; what
/// belongs to another tenant does not exist.
///
/// `GET /v1/NAME?limit=N` lists, `GET /v1/NAME/ID` gets, `POST /v1/NAME/ID` updates, `DELETE /v1/NAME/ID` deletes. The host's own paths (`models`, `completions`, `chat` and others) are taken.
public interface ResourceCollection {
  /// `[a-z][a-z0-9_-]{0,62}`, different from every other path.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-16
  String name();

  /// The caller's records, at most `limit`.
  ///
  /// - Thread: engine
  /// - Ownership: immutable
  /// - Allocation: free
  /// - Rules: PLG-16
  List<JsonValue.Object> list(String tenant, int limit);

  /// One record.
  ///
  /// - Thread: engine
  /// - Ownership: immutable
  /// - Allocation: free
  /// - Rules: PLG-16
  Optional<JsonValue.Object> get(String tenant, String id);

  /// Changes a record and returns it.
  ///
  /// @throws dev.jacquard.spi.error.RequestRejectedException when the change makes no sense
  ///
  /// - Thread: engine
  /// - Ownership: immutable
  /// - Allocation: free
  /// - Rules: PLG-16
  Optional<JsonValue.Object> update(String tenant, String id, JsonValue.Object change);

  /// Deletes a record; false when there is none.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: free
  /// - Rules: PLG-16
  boolean delete(String tenant, String id);
}
