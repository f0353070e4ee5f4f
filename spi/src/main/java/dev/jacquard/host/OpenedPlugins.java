package dev.jacquard.host;

import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.PluginException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginInstance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The plugin instances of one engine: one a plugin, opened when first needed, closed in reverse order after everything made of them. One thread at a time.
public final class OpenedPlugins implements AutoCloseable {
  private final Function<LoadedPlugin, PluginContext> contexts;
  private final Map<LoadedPlugin, PluginInstance> instances = new LinkedHashMap<>();
  private boolean closed;

  /// No instance yet.
  ///
  /// @param contexts makes the context a plugin is opened with
  public OpenedPlugins(Function<LoadedPlugin, PluginContext> contexts) {
    this.contexts = contexts;
  }

  /// The instance of `plugin`, opened by the first call.
  ///
  /// @throws dev.jacquard.spi.error.ConfigurationException when the plugin rejects its configuration
  /// @throws PluginException when the plugin fails otherwise
  public PluginInstance instance(LoadedPlugin plugin) {
    PluginInstance known = instances.get(plugin);
    if (known != null) {
      return known;
    }
    if (closed) {
      throw new IllegalStateException("plugin " + plugin + " is asked for after close");
    }
    PluginContext context = contexts.apply(plugin);
    PluginInstance opened = open(plugin, context);
    instances.put(plugin, opened);
    return opened;
  }

  /// The instances in the order they were opened.
  public Map<LoadedPlugin, PluginInstance> instances() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(instances));
  }

  /// Closes all instances, the last opened first; idempotent. A failure does not keep the others open.
  ///
  /// @throws PluginException the first failure, with the others suppressed
  @Override
  public void close() {
    closed = true;
    PluginException failure = null;
    for (var entry : new LinkedHashMap<>(instances).reversed().entrySet()) {
      LoadedPlugin plugin = entry.getKey();
      try {
        plugin.run(entry.getValue()::close);
      } catch (Throwable e) {
        PluginFault.rethrowIfFatal(e);
        PluginException one = failed(plugin, "close", PluginFault.sentence(e), e);
        if (failure == null) {
          failure = one;
        } else {
          failure.addSuppressed(one);
        }
      }
    }
    instances.clear();
    if (failure != null) {
      throw failure;
    }
  }

  private static PluginInstance open(LoadedPlugin plugin, PluginContext context) {
    PluginInstance opened;
    try {
      opened = plugin.call(() -> plugin.plugin().open(context));
    } catch (EngineException e) { // says already what is wrong and who must act
      throw e;
    } catch (Throwable e) {
      PluginFault.rethrowIfFatal(e);
      throw failed(plugin, "open", PluginFault.sentence(e), e);
    }
    if (opened == null) {
      throw failed(plugin, "open", "it answered null", null);
    }
    return opened;
  }

  private static PluginException failed(
      LoadedPlugin plugin, String method, String why, @Nullable Throwable cause) {
    return new PluginException(
        StandardErrorCode.PLUGIN_FAILED,
        "plugin " + plugin + " failed in " + method + ": " + why,
        cause);
  }
}
