package dev.jacquard.engine.server;

import dev.jacquard.engine.Engine;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.spi.error.RequestRejectedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks plugins on the engine thread, between two steps, and waits for the answer on the request's own. Whatever a plugin does, its client is answered in time.
final class PluginCalls {
  private static final Logger LOG = LoggerFactory.getLogger(PluginCalls.class);

  private final Engine engine;
  private final Duration patience;

  /// @param patience how long an answer is waited for, the wait for the step that runs included
  PluginCalls(Engine engine, Duration patience) {
    this.engine = engine;
    this.patience = patience;
  }

  /// The answer of `call`, which runs once or, when its client leaves or time runs out before its turn comes, never.
  ///
  /// @throws RequestRejectedException the plugin's own
  /// @throws ApiError 500 naming the plugin when it threw, answered null or took too long; 503 when it was not asked
  <T> T call(Exchange exchange, LoadedPlugin plugin, Supplier<T> call) throws InterruptedException {
    if (!engine.status().serving()) {
      throw ApiError.of(503, "the engine takes no requests");
    }
    AtomicBoolean begun = new AtomicBoolean();
    // a task keeps whatever is thrown: on the engine thread it would fail the requests that run
    FutureTask<Optional<T>> task =
        new FutureTask<>(() -> {
          begun.set(true);
          return Optional.ofNullable(plugin.call(call)); // null in spite of its signature
        });
    exchange.onCancel(() -> task.cancel(false));
    engine.runtime().loop().execute(task);
    try {
      return task.get(patience.toNanos(), TimeUnit.NANOSECONDS)
          .orElseThrow(() -> failed(exchange, plugin, "answered null", null));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RequestRejectedException rejected) {
        throw rejected;
      }
      throw failed(exchange, plugin, "failed", e.getCause());
    } catch (CancellationException e) {
      throw ApiError.of(503, "the server is shutting down; try another one");
    } catch (TimeoutException e) {
      task.cancel(false);
      if (begun.get()) {
        throw failed(
            exchange, plugin, "did not answer within " + patience.toMillis() + " ms", null);
      }
      throw ApiError.of(503, "the engine was busy for " + patience.toMillis() + " ms; try again");
    }
  }

  /// Says in the log what a plugin did, and makes the answer that its client gets.
  ApiError failed(Exchange exchange, LoadedPlugin plugin, String what, @Nullable Throwable thrown) {
    LOG.error("plugin {} {} in {} {}", plugin, what, exchange.method(), exchange.path(), thrown);
    return ApiError.pluginFailed(plugin.id(), what);
  }
}
