package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static dev.jacquard.engine.server.TestServer.wire;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.metrics.PrometheusMetrics;
import dev.jacquard.engine.server.ConnectionLimit.Place;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {
  private static final String BODY = "{\"prompt\": \"A\", \"max_tokens\": 1}";
  private static final String VERSION = "GET /version HTTP/1.1\r\nHost: t\r\n\r\n";
  private final List<Socket> open = new ArrayList<>();
  private TestServer server;

  @BeforeEach
  void startWithTwoConnections() throws IOException {
    ServerConfig base = TestServer.CONFIG;
    server =
        TestServer.start(
            TestServer.small().build(),
            new ServerConfig(
                base.host(),
                0,
                List.of(),
                base.maxBodyBytes(),
                base.drain(),
                base.readTimeout(),
                2,
                base.pluginTimeout()));
    served();
    served();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    server.close();
  }

  private Socket opened(String text) throws IOException {
    Socket socket = server.raw(text);
    open.add(socket);
    return socket;
  }

  /// A connection that was answered and stays.
  private Socket served() throws IOException {
    Socket socket = opened(VERSION);
    assertEquals("HTTP/1.1 200 OK", line(socket.getInputStream()));
    return socket;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString();
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void oneTooManyIsToldAndItsConnectionEnds() throws Exception {
    String answer = all(opened(wire(COMPLETIONS, BODY)));
    assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
    String head = answer.toLowerCase(Locale.ROOT);
    assertTrue(head.contains("retry-after: 1\r\n"), answer);
    assertTrue(head.contains("connection: close\r\n"), answer);
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    assertTrue(
        TestServer.json(body)
            .get("error")
            .get("message")
            .stringValue()
            .contains("--max-connections"),
        body);
    assertTrue(
        server.engine.metrics().contains("jacquard_http_connections_refused_total 1.0"),
        "it is counted");
  }

  @Test
  void itIsToldBeforeItSendsItsBody() throws Exception {
    Socket asking =
        opened(
            "POST /v1/completions HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n"
                + "Content-Length: 1000\r\n\r\n");
    assertTrue(all(asking).startsWith("HTTP/1.1 503"));
    Socket chunked =
        opened(
            "POST /v1/completions HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "4000\r\n"
                + " ".repeat(0x4000)
                + "\r\n");
    assertTrue(all(chunked).startsWith("HTTP/1.1 503"));
  }

  @Test
  void probesAreServedAndEndTheirConnection() throws Exception {
    for (String path : List.of("/health", "/ready", "/metrics?x=y")) {
      String answer = all(opened("GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n" + VERSION));
      assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
      assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close"), answer);
      assertEquals(1, answer.split("HTTP/1.1", -1).length - 1, answer);
    }
  }

  @Test
  void whoEndsMakesRoom() throws Exception {
    open.getFirst().close();
    TestServer.await(
        "there is room",
        () -> {
          try (Socket next = server.raw(VERSION)) {
            return line(next.getInputStream()).endsWith("200 OK");
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void aFloodOfSilentConnectionsIsClosedUnheard() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < ConnectionLimit.TOLD + 20; i++) {
      silent.add(opened(""));
    }
    Set<Socket> closed = new HashSet<>();
    TestServer.await(
        "those that not even are told are closed",
        () -> {
          silent.stream().filter(ConnectionLimitTest::ended).forEach(closed::add);
          return closed.size() >= 20;
        });
    // the two that are served are served on
    for (Socket socket : open.subList(0, 2)) {
      socket.getOutputStream().write(VERSION.getBytes(StandardCharsets.UTF_8));
      byte[] rest = new byte[4096];
      StringBuilder text = new StringBuilder();
      while (text.indexOf("HTTP/1.1 200") < 0) {
        int count = socket.getInputStream().read(rest);
        assertTrue(count > 0, text.toString());
        text.append(new String(rest, 0, count, StandardCharsets.UTF_8));
      }
    }
  }

  private static boolean ended(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Test
  void aPlaceIsHeldUntilItsConnectionIsClosed() {
    PrometheusMetrics metrics = new PrometheusMetrics();
    ConnectionLimit limit = new ConnectionLimit(2, metrics);
    List<EmbeddedChannel> served = enter(limit, 2, Place.SERVED);
    List<EmbeddedChannel> told = enter(limit, ConnectionLimit.TOLD, Place.TOLD);
    enter(limit, 3, Place.CLOSED);
    var _ = told.getFirst().close();
    enter(limit, 1, Place.TOLD);
    enter(limit, 1, Place.CLOSED);
    var _ = served.getFirst().close();
    enter(limit, 1, Place.SERVED);
    enter(limit, 1, Place.CLOSED);
    String line = "jacquard_http_connections_refused_total " + (ConnectionLimit.TOLD + 6) + ".0";
    assertTrue(metrics.text().contains(line), metrics.text());
  }

  private static List<EmbeddedChannel> enter(ConnectionLimit limit, int count, Place expected) {
    List<EmbeddedChannel> channels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      channels.add(new EmbeddedChannel());
      assertEquals(expected, limit.enter(channels.getLast()));
    }
    return channels;
  }
}
