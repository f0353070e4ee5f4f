package dev.jacquard.engine.server;

import dev.jacquard.engine.Engine;
import dev.jacquard.spi.error.ConfigurationException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens, and stops gracefully: not ready → refuse new work → let running requests end → close. All threads are daemons; [#close] returns when they are gone.
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int EVENT_LOOPS = 2;

  private final ServerConfig config;
  private final Router router;
  private final EventLoopGroup loops;
  private final Channel listener;

  private HttpServer(
      ServerConfig config, Router router, EventLoopGroup loops, Channel listener) {
    this.config = config;
    this.router = router;
    this.loops = loops;
    this.listener = listener;
  }

  /// Binds and serves `engine`. The engine stays the caller's to close, after the server.
  ///
  /// @throws ConfigurationException when the address cannot be bound
  public static HttpServer start(Engine engine, ServerConfig config) {
    Router router = new Router(engine, config);
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            EVENT_LOOPS, new DefaultThreadFactory("jacquard-http", true), NioIoHandler.newFactory());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Pipeline(router, config.maxBodyBytes()));
    ChannelFuture bound = bootstrap.bind(config.host(), config.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
      throw new ConfigurationException(
          "cannot listen on "
              + config.host()
              + ":"
              + config.port()
              + " ("
              + bound.cause().getMessage()
              + "); choose another address by --host or --port, or stop what uses it",
          bound.cause());
    }
    HttpServer server = new HttpServer(config, router, loops, bound.channel());
    LOG.info("listening on http://{}:{}", config.host(), server.port());
    return server;
  }

  /// The port it listens on.
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /// Refuses new work, waits for what runs as long as the configuration allows, then closes everything. Idempotent.
  @Override
  public void close() {
    router.drain();
    listener.close().awaitUninterruptibly();
    if (!router.awaitIdle(config.drain())) {
      LOG.warn("requests were still running after {}; they are aborted", config.drain());
      router.abortAll();
    }
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /// What every connection goes through.
  private static final class Pipeline extends ChannelInitializer<SocketChannel> {
    private final Router router;
    private final int maxBodyBytes;

    Pipeline(Router router, int maxBodyBytes) {
      this.router = router;
      this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      channel
          .pipeline()
          .addLast(new HttpServerCodec())
          .addLast(new BodyLimit(maxBodyBytes))
          .addLast(new HttpConnection(router));
    }
  }

  /// Collects a body, chunked or not, and answers 413 in OpenAI's shape when it is too large.
  private static final class BodyLimit extends HttpObjectAggregator {
    BodyLimit(int maxBodyBytes) {
      super(maxBodyBytes);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
      byte[] body =
          ApiError.of(413, "the request body is over " + maxContentLength() + " bytes; send less")
              .json()
              .toString()
              .getBytes(StandardCharsets.UTF_8);
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
              Unpooled.wrappedBuffer(body));
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
