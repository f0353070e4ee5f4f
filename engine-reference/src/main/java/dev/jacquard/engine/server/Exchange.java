package dev.jacquard.engine.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One request and its answer. The answering virtual thread writes; the connection's event loop tells it when the client left or can take more.
final class Exchange {
  private final Channel channel;
  private final String method;
  private final String path;
  private final HttpHeaders headers;
  private final byte[] body;
  private final boolean keepAlive;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean gone;
  private @Nullable Runnable onGone;
  private boolean started;
  private boolean ended;

  Exchange(
      Channel channel,
      String method,
      String path,
      HttpHeaders headers,
      byte[] body,
      boolean keepAlive) {
    this.channel = channel;
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.body = body;
    this.keepAlive = keepAlive;
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  byte[] body() {
    return body;
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  boolean started() {
    return started;
  }

  /// Runs `action` once the client is gone; at once if it is gone already.
  void onGone(Runnable action) {
    lock.lock();
    try {
      if (!gone) {
        onGone = action;
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /// Called on the event loop when the connection ended before the answer did.
  void clientGone() {
    Runnable action;
    lock.lock();
    try {
      gone = true;
      action = onGone;
      onGone = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (action != null) {
      action.run();
    }
  }

  /// Called on the event loop when the connection may take more.
  void writabilityChanged() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Answers with a whole body.
  void respond(int status, String contentType, byte[] content, String... moreHeaders) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(content));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.length);
    common(response, moreHeaders);
    started = true;
    ended = true;
    finish(response);
  }

  /// Starts a stream of server-sent events.
  void startEvents() {
    DefaultHttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
    response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    common(response);
    started = true;
    channel.writeAndFlush(response, channel.voidPromise());
  }

  /// Sends one event, waiting while the client is slow.
  ///
  /// @throws ClientGoneException when there is nobody to read it
  void event(String data) throws InterruptedException {
    lock.lock();
    try {
      while (!gone && !channel.isWritable()) {
        changed.await();
      }
      if (gone) {
        throw new ClientGoneException();
      }
    } finally {
      lock.unlock();
    }
    byte[] bytes = ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)), channel.voidPromise());
  }

  /// Ends the stream.
  void endEvents() {
    ended = true;
    finish(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  /// Whether an answer was given to its end.
  boolean ended() {
    return ended;
  }

  private void common(HttpResponse response, String... moreHeaders) {
    for (int i = 0; i < moreHeaders.length; i += 2) {
      response.headers().set(moreHeaders[i], moreHeaders[i + 1]);
    }
    String requestId = headers.get("x-request-id");
    if (requestId != null) {
      response.headers().set("x-request-id", requestId);
    }
    response
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
  }

  private void finish(Object last) {
    channel
        .writeAndFlush(last)
        .addListener(
            written -> {
              if (keepAlive && written.isSuccess()) {
                channel.pipeline().fireUserEventTriggered(AnswerEnded.INSTANCE);
              } else {
                channel.close();
              }
            });
  }

  /// Told to the connection when an answer is on its way and the next request may be taken.
  enum AnswerEnded {
    INSTANCE
  }

  /// The client left before the answer ended.
  static final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGoneException() {
      super("the client left", null, false, false);
    }
  }
}
