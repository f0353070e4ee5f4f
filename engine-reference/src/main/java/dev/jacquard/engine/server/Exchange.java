package dev.jacquard.engine.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One request and its answer. The answering virtual thread writes; the connection's event loop tells it when the client left or can take more.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write or close that fails ends the connection, which is heard
// of
final class Exchange {
  private static final long LINGER_SECONDS = 5;

  private final Channel channel;
  private final String method;
  private final String path;
  private final String query;
  private final HttpHeaders headers;
  private final byte[] body;
  private final @Nullable ApiError refusal;
  private final boolean chunks;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean keepAlive;
  private boolean gone;
  private boolean cancelled;
  private @Nullable Runnable canceller;
  private boolean started;
  private @Nullable ChannelFuture last;

  /// @param refusal what is wrong with the request itself, or null; the connection ends with the answer then, because where the next request begins is not known
  Exchange(Channel channel, HttpRequest head, byte[] body, @Nullable ApiError refusal) {
    this.channel = channel;
    method = head.method().name();
    path = path(head.uri());
    int mark = head.uri().indexOf('?');
    query = mark < 0 ? "" : head.uri().substring(mark + 1);
    headers = head.headers();
    this.body = body;
    this.refusal = refusal;
    keepAlive = refusal == null && HttpUtil.isKeepAlive(head);
    chunks = !HttpVersion.HTTP_1_0.equals(head.protocolVersion());
  }

  /// The path without the query, and without the host that a client of a proxy writes in front.
  static String path(String uri) {
    int start = 0;
    if (uri.startsWith("http://")) {
      start = uri.indexOf('/', "http://".length());
    }
    int query = uri.indexOf('?');
    return start < 0 ? "/" : uri.substring(start, query < start ? uri.length() : query);
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  /// What follows the question mark, still encoded.
  String query() {
    return query;
  }

  byte[] body() {
    return body;
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  /// What is wrong with the request itself, or null.
  @Nullable ApiError refusal() {
    return refusal;
  }

  boolean started() {
    return started;
  }

  /// The connection ends with this answer. Before the answer is begun.
  void closeAfter() {
    keepAlive = false;
  }

  /// Runs `action` once the client is gone or the server gives up; at once if that is so already.
  void onCancel(Runnable action) {
    lock.lock();
    try {
      if (!cancelled) {
        canceller = action;
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /// Called on the event loop when the connection ended before the answer did.
  void clientGone() {
    lock.lock();
    try {
      gone = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    cancel();
  }

  /// Cancels what the request asked for; the answer ends as one that was aborted. Any thread.
  void cancel() {
    Runnable action;
    lock.lock();
    try {
      cancelled = true;
      action = canceller;
      canceller = null;
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
  void respond(int status, String contentType, byte[] content, List<String> moreHeaders) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(content));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.length);
    for (int i = 0; i < moreHeaders.size(); i += 2) {
      response.headers().set(moreHeaders.get(i), moreHeaders.get(i + 1));
    }
    common(response);
    started = true;
    finish(response);
  }

  /// Starts a stream of server-sent events.
  void startEvents() {
    DefaultHttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
    if (chunks) {
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    } else {
      keepAlive =
          false; // HTTP/1.0 knows no chunks: the end of the connection is the end of the stream
    }
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
    channel.writeAndFlush(
        new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)), channel.voidPromise());
  }

  /// Ends the stream.
  void endEvents() {
    finish(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  /// Runs `action` when all of the answer was written or can no longer be; an answer that was not given to its end ends with its connection. On the answering thread.
  void whenOver(Runnable action) {
    ChannelFuture end = last == null ? channel.close() : last;
    end.addListener(done -> action.run());
  }

  private void common(HttpResponse response) {
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

  private void finish(Object end) {
    boolean goesOn = keepAlive;
    last = channel.writeAndFlush(end);
    last.addListener(written -> {
      if (goesOn && written.isSuccess()) {
        channel.pipeline().fireUserEventTriggered(AnswerEnded.INSTANCE);
      } else if (refusal != null && written.isSuccess()) {
        linger();
      } else {
        channel.close();
      }
    });
  }

  /// A client that still sends would be told of a reset, not of the answer, if the connection were closed now: it is read on for a while.
  private void linger() {
    if (channel instanceof SocketChannel socket) {
      socket.shutdownOutput();
    }
    var _ = channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
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
