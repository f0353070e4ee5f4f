package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  private static final String BODY = "{\"prompt\": \"A\", \"max_tokens\": 1}";

  @Test
  void onlyKnownKeysMayGenerateAndProbesNeedNone() throws Exception {
    ServerConfig config = TestServer.keys("red", "blue");
    assertTrue(!config.toString().contains("red"), "keys are not for logs");
    try (TestServer server = TestServer.start(TestServer.small().build(), config)) {
      for (String[] headers :
          List.of(
              new String[0],
              new String[] {"Authorization", "Bearer green"},
              new String[] {"Authorization", "Bearer "},
              new String[] {"Authorization", "red"},
              new String[] {"Authorization", "Basic red"})) {
        HttpResponse<String> response = server.post(COMPLETIONS, BODY, headers);
        assertEquals(401, response.statusCode());
        assertEquals("Bearer", response.headers().firstValue("www-authenticate").orElse(""));
        assertEquals(
            "invalid_api_key",
            TestServer.json(response.body()).get("error").get("code").stringValue());
      }
      assertEquals(401, server.get("/v1/models").statusCode());
      assertEquals(401, server.get("/v1/models/jacquard-demo").statusCode());
      for (String open : List.of("/health", "/ready", "/metrics", "/version")) {
        assertEquals(200, server.get(open).statusCode(), open);
      }
      assertEquals(200, server.post(COMPLETIONS, BODY, "Authorization", "Bearer red").statusCode());
      assertEquals(
          200, server.post(COMPLETIONS, BODY, "Authorization", "bearer blue").statusCode());
    }
  }

  @Test
  void tenantsAreNamedAfterADigest() {
    ApiKeys keys = new ApiKeys(List.of("red", "blue"));
    String red = keys.tenant("Bearer red");
    assertNotEquals(red, keys.tenant("Bearer blue"));
    assertTrue(!red.contains("red"));
    assertEquals("", new ApiKeys(List.of()).tenant(null));
  }

  @Test
  void anEmptyKeyLetsNobodyIn() {
    ApiKeys keys = new ApiKeys(List.of(""));
    assertThrows(ApiError.class, () -> keys.tenant(null));
    assertThrows(ApiError.class, () -> keys.tenant("Bearer "));
  }
}
