package dev.jacquard.spi.plugin;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the components of one plugin share inside one engine.
public interface PluginInstance extends AutoCloseable {
  /// For plugins whose components share nothing.
  PluginInstance NOTHING_SHARED = new PluginInstance() {};

  /// Makes of a request's hints what this plugin's components want to read, once; they find it as `request.attachment(pluginId)`.
  ///
  /// @param tenant who asks
  /// @throws dev.jacquard.spi.error.RequestRejectedException naming the field, the value and the remedy
  ///
  /// - Thread: the submitter's; many at once
  /// - Ownership: the host keeps the answer with the request
  /// - Allocation: free
  /// - Rules: PLG-12, PLG-14
  default @Nullable Object parse(RequestHints hints, String tenant) {
    return null;
  }

  /// Listeners for the cache.
  ///
  /// - Thread: the starting thread, before the manager is created
  /// - Ownership: the host keeps them
  /// - Allocation: free
  /// - Rules: BSM-18
  default List<CacheListener> cacheListeners() {
    return List.of();
  }

  /// Listeners for requests.
  ///
  /// - Thread: the starting thread, before the scheduler is created
  /// - Ownership: the host keeps them
  /// - Allocation: free
  /// - Rules: SCH-16
  default List<RequestListener> requestListeners() {
    return List.of();
  }

  /// Collections served under `/v1/<name>`.
  ///
  /// - Thread: the starting thread
  /// - Ownership: the host keeps them
  /// - Allocation: free
  /// - Rules: PLG-16
  default List<ResourceCollection> resources() {
    return List.of();
  }

  /// Panels of the built-in page.
  ///
  /// - Thread: the starting thread
  /// - Ownership: immutable
  /// - Allocation: free
  /// - Rules: PLG-16
  default List<PagePanel> panels() {
    return List.of();
  }

  /// Ends the plugin's share in the engine; idempotent; called last.
  ///
  /// - Thread: the closing thread
  /// - Ownership: everything is given back
  /// - Allocation: free
  /// - Rules: PLG-7, PLG-8, PLG-11
  @Override
  default void close() {}
}
