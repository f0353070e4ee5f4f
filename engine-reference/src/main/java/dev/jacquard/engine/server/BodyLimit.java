package dev.jacquard.engine.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Collects a body, chunked or not, and refuses one that is too large in OpenAI's shape; a client that asked before sending (`Expect: 100-continue`) need not send it at all.
final class BodyLimit extends HttpObjectAggregator {
  private final HttpConnection connection;

  BodyLimit(int maxBodyBytes, HttpConnection connection) {
    super(maxBodyBytes);
    this.connection = connection;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    connection.refuse(context, (HttpRequest) oversized, tooLarge());
  }

  private ApiError tooLarge() {
    return ApiError.of(413, "the request body is over " + maxContentLength() + " bytes; send less");
  }

  @Override
  protected @Nullable Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    Object answer = super.newContinueResponse(start, maxContentLength, pipeline);
    if (!(answer instanceof FullHttpResponse response) || response.status().code() < 400) {
      return answer;
    }
    response.release();
    ApiError error =
        response.status().code() == 413
            ? tooLarge()
            : ApiError.of(response.status().code(), "the only expectation met is 100-continue");
    byte[] body = error.json().toString().getBytes(StandardCharsets.UTF_8);
    FullHttpResponse refusal =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, response.status(), Unpooled.wrappedBuffer(body));
    refusal.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    refusal.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    return refusal;
  }
}
