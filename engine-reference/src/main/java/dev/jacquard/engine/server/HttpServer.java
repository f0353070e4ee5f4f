package dev.jacquard.engine.server;

import dev.jacquard.engine.Engine;
import dev.jacquard.spi.error.ConfigurationException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens, and stops gracefully: not ready → refuse new work → let running requests end → close. All threads are daemons; [#close] returns when they are gone.
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int EVENT_LOOPS = 2;
  private static final Duration ABORT = Duration.ofSeconds(2);
  private static final Duration TOLD_SILENCE = Duration.ofSeconds(5);
  private static final int TOLD_BODY = 8192;

  private final ServerConfig config;
  private final Router router;
  private final EventLoopGroup loops;
  private final Channel listener;

  private HttpServer(ServerConfig config, Router router, EventLoopGroup loops, Channel listener) {
    this.config = config;
    this.router = router;
    this.loops = loops;
    this.listener = listener;
  }

  /// Binds and serves `engine`. The engine stays the caller's to close, after the server.
  ///
  /// @throws ConfigurationException when the address cannot be bound, or plugins serve what collides
  public static HttpServer start(Engine engine, ServerConfig config) {
    Router router = new Router(engine, config);
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            EVENT_LOOPS,
            new DefaultThreadFactory("jacquard-http", true),
            NioIoHandler.newFactory());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new Pipeline(
                    router,
                    config,
                    new ConnectionLimit(config.maxConnections(), engine.runtime().metrics())));
    ChannelFuture bound = bootstrap.bind(config.host(), config.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
      throw new ConfigurationException(
          "cannot listen on "
              + config.host()
              + ":"
              + config.port()
              + " ("
              + why(bound.cause())
              + "); choose another address by --host or --port, or stop what uses it",
          bound.cause());
    }
    HttpServer server = new HttpServer(config, router, loops, bound.channel());
    LOG.info("listening on http://{}:{}", config.host(), server.port());
    return server;
  }

  private static String why(Throwable cause) {
    return cause instanceof UnresolvedAddressException
        ? "no such host"
        : String.valueOf(cause.getMessage());
  }

  /// The port it listens on.
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /// Refuses new work, waits for what runs as long as the configuration allows, then closes everything. Idempotent.
  @Override
  public void close() {
    // the listener stays until the end: probes and clients are told what goes on
    router.drain();
    if (!router.awaitIdle(config.drain())) {
      LOG.warn("requests were still running after {}; they are aborted", config.drain());
      router.abortAll();
      router.awaitIdle(ABORT);
    }
    listener.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /// What every connection goes through.
  private static final class Pipeline extends ChannelInitializer<SocketChannel> {
    private final Router router;
    private final ServerConfig config;
    private final ConnectionLimit limit;

    Pipeline(Router router, ServerConfig config, ConnectionLimit limit) {
      this.router = router;
      this.config = config;
      this.limit = limit;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      HttpConnection connection = new HttpConnection(router);
      switch (limit.enter(channel)) {
        case SERVED ->
            channel
                .pipeline()
                .addLast(idle(config.readTimeout()))
                .addLast(new HttpServerCodec())
                .addLast(new BodyLimit(config.maxBodyBytes(), connection))
                .addLast(connection);
        case TOLD ->
            channel
                .pipeline()
                .addLast(idle(TOLD_SILENCE))
                .addLast(new HttpServerCodec())
                .addLast(new OverLimit(limit, connection))
                .addLast(new BodyLimit(TOLD_BODY, connection))
                .addLast(connection);
        case CLOSED -> {
          var _ = channel.close();
        }
      }
    }

    private static IdleStateHandler idle(Duration silence) {
      return new IdleStateHandler(silence.toMillis(), 0, 0, TimeUnit.MILLISECONDS);
    }
  }
}
