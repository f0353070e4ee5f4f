package dev.jacquard.engine.cli;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.server.HttpServer;
import dev.jacquard.engine.server.ServerConfig;
import dev.jacquard.host.Amounts;
import dev.jacquard.spi.error.ConfigurationException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jacquard serve`.
@Command(
    name = "serve",
    description = "Serve a model over HTTP, as OpenAI's API does.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {
  @Mixin final EngineOptions engine = new EngineOptions();

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (127.0.0.1).")
  String host = "";

  @Option(names = "--port", defaultValue = "8000", description = "Port to listen on (8000).")
  int port;

  @Option(
      names = "--api-key",
      split = ",",
      description = "Key that clients must send; may be repeated.")
  @Nullable List<String> apiKeys;

  @Option(
      names = "--max-body-size",
      defaultValue = "32MiB",
      description = "Largest request body (32MiB).")
  String maxBodySize = "";

  @Option(
      names = "--drain-timeout",
      defaultValue = "30s",
      description = "How long running requests may go on after SIGTERM (30s).")
  String drainTimeout = "";

  @Option(
      names = "--max-connections",
      defaultValue = "2048",
      description = "Connections served at once (2048); further ones get 503.")
  int maxConnections;

  @Override
  public Integer call() throws InterruptedException {
    ServerConfig config = config();
    // closed by the hook: the process ends by a signal
    Engine opened = engine.open();
    HttpServer server;
    try {
      server = HttpServer.start(opened, config);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  opened.close();
                  // a drained stop is a success, whatever signal asked for it
                  Runtime.getRuntime().halt(0);
                },
                "jacquard-stop"));
    new CountDownLatch(1).await();
    return 0;
  }

  private ServerConfig config() {
    if (port < 0 || port > 65535) {
      throw new ConfigurationException("--port is " + port + "; accepted: 0 to 65535");
    }
    if (maxConnections < 1) {
      throw new ConfigurationException(
          "--max-connections is " + maxConnections + "; accepted: at least 1");
    }
    long body =
        Amounts.bytes(maxBodySize)
            .orElseThrow(() ->
                new ConfigurationException(
                    "--max-body-size is '"
                        + maxBodySize
                        + "'; accepted: "
                        + Amounts.BYTES_EXPECTED));
    if (apiKeys != null && apiKeys.stream().anyMatch(String::isBlank)) {
      throw new ConfigurationException(
          "--api-key is empty; give it a value, or leave it out to serve everybody");
    }
    return new ServerConfig(
        host,
        port,
        apiKeys == null ? List.of() : apiKeys,
        Math.clamp(body, 1, Integer.MAX_VALUE),
        Amounts.duration(drainTimeout)
            .orElseThrow(() ->
                new ConfigurationException(
                    "--drain-timeout is '"
                        + drainTimeout
                        + "'; accepted: "
                        + Amounts.DURATION_EXPECTED)),
        ServerConfig.READ_TIMEOUT,
        maxConnections,
        ServerConfig.PLUGIN_TIMEOUT);
  }
}
