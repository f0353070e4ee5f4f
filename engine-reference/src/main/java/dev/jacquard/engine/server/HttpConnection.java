package dev.jacquard.engine.server;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client connection, on its event loop. Requests are answered one after the other; reading never stops, so that a client that leaves is noticed at once.
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
  private static final int MAX_PIPELINED = 16;

  private final Router router;
  private final ArrayDeque<Exchange> queued = new ArrayDeque<>();
  private @Nullable Exchange current;

  HttpConnection(Router router) {
    this.router = router;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      context.close();
      return;
    }
    String uri = request.uri();
    int query = uri.indexOf('?');
    Exchange exchange =
        new Exchange(
            context.channel(),
            request.method().name(),
            query < 0 ? uri : uri.substring(0, query),
            request.headers(),
            ByteBufUtil.getBytes(request.content()),
            HttpUtil.isKeepAlive(request));
    if (current == null) {
      begin(exchange);
    } else if (queued.size() < MAX_PIPELINED) {
      queued.add(exchange);
    } else {
      LOG.debug("a client sent over {} requests without waiting; its connection is closed", MAX_PIPELINED);
      context.close();
    }
  }

  private void begin(Exchange exchange) {
    current = exchange;
    Thread.ofVirtual().name("jacquard-request").start(() -> router.handle(exchange));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof Exchange.AnswerEnded) {
      current = null;
      Exchange next = queued.poll();
      if (next != null) {
        begin(next);
      }
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
