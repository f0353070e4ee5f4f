package dev.jacquard.engine.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;

/// A connection over the limit: its first request is answered with 503 before its body is read, and then it ends. Probes and scrapes are served, since a crowd is no reason to restart a server.
final class OverLimit extends ChannelInboundHandlerAdapter {
  private static final Set<String> PROBES = Set.of("/health", "/ready", "/metrics");

  private final ConnectionLimit limit;
  private final HttpConnection connection;
  private boolean told;

  OverLimit(ConnectionLimit limit, HttpConnection connection) {
    this.limit = limit;
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (told) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest head && head.decoderResult().isSuccess()) {
      if (PROBES.contains(Exchange.path(head.uri()))) {
        head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.fireChannelRead(message);
      } else {
        told = true;
        connection.refuse(context, head, limit.refusal());
        ReferenceCountUtil.release(message);
      }
    } else {
      context.fireChannelRead(message);
    }
  }
}
