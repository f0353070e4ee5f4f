package dev.jacquard.engine.server;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client connection, on its event loop. Requests are answered one after the other; reading never stops, so that a client that leaves is noticed at once.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write or close that fails ends the connection, which is heard
// of
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
  private static final int MAX_PIPELINED = 16;

  private final Router router;
  private final ArrayDeque<Exchange> queued = new ArrayDeque<>();
  private @Nullable Exchange current;
  private boolean refused;
  private boolean answered;

  HttpConnection(Router router) {
    this.router = router;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      refuse(context, request, malformed(request.decoderResult().cause()));
      return;
    }
    take(
        context,
        new Exchange(context.channel(), request, ByteBufUtil.getBytes(request.content()), null));
  }

  /// Answers a request that could not be read, after those before it; nothing more is taken from this connection.
  void refuse(ChannelHandlerContext context, HttpRequest head, ApiError error) {
    take(context, new Exchange(context.channel(), head, new byte[0], error));
    refused = true;
  }

  private static ApiError malformed(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException e -> ApiError.of(414, "the address of the request is too long");
      case TooLongHttpHeaderException e ->
          ApiError.of(431, "the headers of the request are too long");
      default -> ApiError.of(400, "this is not HTTP as the server understands it");
    };
  }

  private void take(ChannelHandlerContext context, Exchange exchange) {
    if (refused) {
      return;
    }
    if (current == null) {
      begin(exchange);
    } else if (queued.size() < MAX_PIPELINED) {
      queued.add(exchange);
    } else {
      LOG.debug(
          "a client sent over {} requests without waiting; its connection is closed",
          MAX_PIPELINED);
      context.close();
    }
  }

  private void begin(Exchange exchange) {
    current = exchange;
    router.begin(exchange);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof Exchange.AnswerEnded) {
      current = null;
      answered = true;
      Exchange next = queued.poll();
      if (next != null) {
        begin(next);
      }
    } else if (event instanceof IdleStateEvent) {
      // silence that began while an answer was under way does not count
      if (current == null && !answered) {
        context.close();
      }
      answered = false;
    } else {
      super.userEventTriggered(context, event);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (current != null) {
      current.writabilityChanged();
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (current != null) {
      current.clientGone();
    }
    queued.clear();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("connection failed", cause);
    context.close();
  }
}
