package dev.jacquard.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.plugin.PagePanel;
import dev.jacquard.spi.plugin.PluginDescriptor;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The static pages of a plugin in a jar, over HTTP.
class PanelsTest {
  private static final Map<String, String> FILES =
      Map.of(
          "panel/index.html", "<p>notes</p>",
          "panel/js/app.js", "let a = 1;",
          "panel/Style.CSS", "p {}",
          "panel/data.json", "{}",
          "panel/picture.svg", "<svg/>",
          "panel/a b+c.txt", "spaced",
          "panel/strange.xyz", "?",
          "secret.txt", "not to be seen",
          "panel-secret/index.html", "not to be seen");
  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(PluginJars.engine(folder, FILES).build(), TestServer.keys("red"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String raw(String method, String path) throws IOException {
    try (Socket socket =
        server.raw(method + " " + path + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theIndexListsThem() throws Exception {
    HttpResponse<String> index = server.get("/panels");
    assertEquals(
        "{\"object\":\"list\",\"data\":[{\"id\":\"notes\",\"title\":\"Notes\","
            + "\"plugin\":\"records\",\"path\":\"/panels/notes/\"}]}",
        index.body());
    assertEquals("application/json", index.headers().firstValue("content-type").orElse(""));
  }

  @ParameterizedTest
  @CsvSource({
    "'',text/html; charset=utf-8,<p>notes</p>",
    "index.html?a=b,text/html; charset=utf-8,<p>notes</p>",
    "js/app.js,text/javascript; charset=utf-8,let a = 1;",
    "Style.CSS,text/css; charset=utf-8,p {}",
    "data.json,application/json,{}",
    "picture.svg,image/svg+xml,<svg/>",
    "a%20b+c.txt,text/plain; charset=utf-8,spaced",
    "strange.xyz,application/octet-stream,?"
  })
  void filesComeWithTheirTypeAndNoKeyIsNeeded(String file, String type, String content)
      throws Exception {
    HttpResponse<String> response = server.get("/panels/notes/" + file);
    assertEquals(200, response.statusCode(), response.body());
    assertEquals(content, response.body());
    assertEquals(type, response.headers().firstValue("content-type").orElse(""));
    assertEquals("nosniff", response.headers().firstValue("x-content-type-options").orElse(""));
  }

  @Test
  void withoutItsSlashThePageIsPointedTo() throws Exception {
    HttpResponse<String> response = server.get("/panels/notes");
    assertEquals(308, response.statusCode());
    assertEquals("/panels/notes/", response.headers().firstValue("location").orElse(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/panels/notes/../secret.txt",
        "/panels/notes/%2e%2e/secret.txt",
        "/panels/notes/..%2Fsecret.txt",
        "/panels/notes/..%5Csecret.txt",
        "/panels/notes/js/../../secret.txt",
        "/panels/notes//secret.txt",
        "/panels/notes/../META-INF/services/dev.jacquard.spi.plugin.EnginePlugin",
        "/panels/notes/..%2Fdev%2Fjacquard%2Fengine%2Fserver%2FRecordsPlugin.class",
        "/panels/notes/-secret/index.html",
        "/panels/notes/%00",
        "/panels/notes/file:%2F%2F%2Fetc%2Fpasswd",
        "/panels/notes/%2Fetc%2Fpasswd",
        "/panels/notes/js",
        "/panels/notes/js/",
        "/panels/notes/missing.js",
        "/panels/other/",
        "/panels/other",
        "/panels/",
        "/panels//",
        "/panels/../secret.txt"
      })
  void nothingElseIsThere(String path) throws Exception {
    String all = raw("GET", path);
    assertTrue(all.startsWith("HTTP/1.1 404"), all);
    assertTrue(all.contains("\"error\""), all);
    assertFalse(all.contains("not to be seen"), all);
  }

  @Test
  void nothingOutsideOfTheFolderIsEvenRead() throws Exception {
    LoadedPlugin plugin =
        server.engine.runtime().plugins().instances().keySet().stream()
            .filter(one -> one.id().equals("records"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        Set.of(
            "index.html",
            "js/app.js",
            "Style.CSS",
            "data.json",
            "picture.svg",
            "a b+c.txt",
            "strange.xyz"),
        Panel.read(plugin, new PagePanel("notes", "Notes", "panel")).files().keySet());
  }

  @Test
  void theyAreReadOnly() throws Exception {
    for (String path :
        Set.of("/panels", "/panels/notes", "/panels/notes/", "/panels/notes/js/app.js")) {
      for (String method : Set.of("POST", "PUT", "DELETE")) {
        String all = raw(method, path);
        assertTrue(all.startsWith("HTTP/1.1 405"), all);
        assertTrue(all.toLowerCase(java.util.Locale.ROOT).contains("allow: get, head"), all);
      }
    }
    String head = raw("HEAD", "/panels/notes/");
    assertTrue(head.startsWith("HTTP/1.1 200"), head);
    assertTrue(head.endsWith("\r\n\r\n"), head);
  }

  @Test
  void aPluginOnTheClassPathHasItsFilesInAFolder() throws Exception {
    LoadedPlugin plugin =
        new LoadedPlugin(
            new PluginDescriptor("records", "1", Spi.MAJOR, Spi.MINOR),
            new RecordsPlugin(),
            LoadedPlugin.Origin.CLASS_PATH,
            "here");
    Panel panel = Panel.read(plugin, new PagePanel("x", "X", "dev/jacquard/engine/server/panel"));
    assertEquals(Set.of("index.html", "sub/part.txt"), panel.files().keySet());
    assertEquals(
        "of a folder\n", new String(panel.files().get("sub/part.txt"), StandardCharsets.UTF_8));
    assertThrows(
        IOException.class, () -> Panel.read(plugin, new PagePanel("x", "X", "dev/jacquard")));
  }
}
