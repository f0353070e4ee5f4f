package dev.jacquard.engine.server;

import java.time.Duration;
import java.util.List;

/// How the server listens.
///
/// @param host address to bind (`--host`)
/// @param port port to bind, 0 for any free one (`--port`)
/// @param apiKeys accepted keys (`--api-key`); empty to accept everybody
/// @param maxBodyBytes largest request body (`--max-body-size`)
/// @param drain how long running requests may go on after a stop was asked for (`--drain-timeout`)
/// @param readTimeout how long a connection may be silent while no request of it runs
/// @param maxConnections connections served at once (`--max-connections`)
/// @param pluginTimeout how long the answer of a plugin's resource is waited for
public record ServerConfig(
    String host,
    int port,
    List<String> apiKeys,
    int maxBodyBytes,
    Duration drain,
    Duration readTimeout,
    int maxConnections,
    Duration pluginTimeout) {
  /// Silence after which a connection without a running request is closed.
  public static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

  /// Connections served at once unless the configuration says otherwise: those whose requests may wait (1024) or run, and as many idle ones, so that a full queue is told by 429.
  public static final int MAX_CONNECTIONS = 2048;

  /// How long a plugin may take to answer a call for a resource. Such a call holds up every request that runs, so it takes no time at all or something is wrong.
  public static final Duration PLUGIN_TIMEOUT = Duration.ofSeconds(10);

  /// Loopback, port 8000, no keys, 32 MiB, 30 seconds, 2048 connections.
  public static final ServerConfig DEFAULT =
      new ServerConfig(
          "127.0.0.1",
          8000,
          List.of(),
          32 << 20,
          Duration.ofSeconds(30),
          READ_TIMEOUT,
          MAX_CONNECTIONS,
          PLUGIN_TIMEOUT);

  /// Copies the keys.
  public ServerConfig {
    apiKeys = List.copyOf(apiKeys);
  }

  /// Without the keys.
  @Override
  public String toString() {
    return host + ":" + port + (apiKeys.isEmpty() ? "" : " with " + apiKeys.size() + " API keys");
  }
}
