package dev.jacquard.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the commands print, with the embedded model.
class CommandsTest {
  @Test
  void completePrintsTheFieldsAProgramReads() {
    Cli did =
        Cli.run(
            "complete",
            "--prompt",
            "Call me",
            "--temperature",
            "0",
            "--max-tokens",
            "5",
            "--served-model-name",
            "it",
            "--json");
    assertEquals(0, did.code(), did.err());
    JsonNode json = did.json();
    assertEquals(
        new TreeSet<>(
            List.of("text", "token_ids", "prompt_token_ids", "finish_reason", "usage", "timings")),
        new TreeSet<>(json.propertyNames()));
    assertEquals(5, json.get("token_ids").size());
    assertEquals(5, json.get("usage").get("completion_tokens").intValue());
    assertEquals(
        json.get("prompt_token_ids").size(), json.get("usage").get("prompt_tokens").intValue());
    assertEquals(0, json.get("usage").get("cached_tokens").intValue());
    assertEquals("length", json.get("finish_reason").stringValue());
    assertTrue(json.get("timings").get("total_seconds").doubleValue() > 0);
    assertTrue(did.err().contains("demo model"), "what is not data goes elsewhere");
    Cli plain = Cli.run("complete", "--prompt", "Call me", "--temperature=0", "--max-tokens=5");
    assertEquals(json.get("text").stringValue() + System.lineSeparator(), plain.out());
  }

  @Test
  void theReferenceModelGivesTheTokensOfLlamaCpp() throws Exception {
    String shared = System.getenv("JACQUARD_SHARED");
    assumeTrue(shared != null, "JACQUARD_SHARED is not set: no reference model");
    Path model = Path.of(shared, "models", "stories260K.gguf");
    Path golden = Path.of(shared, "models", "stories260K.golden.json");
    assumeTrue(Files.exists(model) && Files.exists(golden), "no stories260K in JACQUARD_SHARED");
    Cli did =
        Cli.run(
            "complete",
            "--model",
            model.toString(),
            "--prompt",
            "Once upon a time",
            "--temperature",
            "0",
            "--max-tokens",
            "64",
            "--json");
    assertEquals(0, did.code(), did.err());
    JsonNode expected = new JsonMapper().readTree(Files.readString(golden));
    assertEquals(expected.get("prompt_tokens"), did.json().get("prompt_token_ids"));
    assertEquals(expected.get("tokens"), did.json().get("token_ids"));
  }

  @Test
  void aPromptThatDoesNotFitFailsAndSaysWhatFits() {
    Cli did = Cli.run("complete", "--max-model-len", "32", "--prompt", "whale ".repeat(40));
    assertEquals(1, did.code());
    assertTrue(did.err().contains("at most 31 fit"), did.err());
    assertFalse(did.err().contains("\tat "), did.err());
  }

  @Test
  void moreMemoryThanThereIsIsRefusedBeforeItIsTaken() {
    Cli did = Cli.run("complete", "--prompt", "x", "--num-gpu-blocks-override", "2000000000");
    assertEquals(1, did.code(), did.err());
    assertTrue(did.err().contains("2000000000 blocks"), did.err());
    assertFalse(did.err().contains("\tat "), did.err());
  }

  @Test
  void tokenizeShowsIdsAndPieces() {
    JsonNode json = Cli.run("tokenize", "--text", "The whale", "--json").json();
    assertEquals(json.get("count").intValue(), json.get("tokens").size());
    assertEquals(json.get("count").intValue(), json.get("pieces").size());
    Cli plain = Cli.run("tokenize", "--text", "The whale");
    assertEquals(json.get("count").intValue(), plain.out().lines().count());
    assertEquals(
        json.get("count").intValue()
            - Cli.run("tokenize", "--text", "The whale", "--no-bos", "--json")
                .json()
                .get("count")
                .intValue(),
        json.get("pieces").get(0).stringValue().startsWith("<") ? 1 : 0);
  }

  @Test
  void benchReportsPrefillAndDecode() {
    Cli did =
        Cli.run(
            "bench",
            "--prompt-tokens=8",
            "--generate-tokens=2",
            "--batch=2",
            "--repetitions=2",
            "--warm-up=0",
            "--json");
    assertEquals(0, did.code(), did.err());
    JsonNode json = did.json();
    assertEquals(8, json.get("prompt_tokens").intValue());
    assertEquals(2, json.get("generate_tokens").intValue());
    assertEquals(2, json.get("batch").intValue());
    assertTrue(json.get("prefill_tokens_per_second").doubleValue() > 0);
    assertTrue(json.get("decode_tokens_per_second").doubleValue() > 0);
  }

  @Test
  void pluginsListsWhatIsBuiltIn() {
    JsonNode json = Cli.run("plugins", "--json").json();
    List<String> schedulers =
        json.get("schedulers").valueStream().map(s -> s.get("name").stringValue()).toList();
    assertTrue(schedulers.containsAll(List.of("reference", "priority", "lpm")), json.toString());
    assertTrue(json.get("kernel_backends").size() >= 1);
    assertEquals(0, json.get("problems").size());
  }

  @Test
  void doctorChecksTheModelToo() {
    Cli did = Cli.run("doctor", "--json");
    JsonNode json = did.json();
    assertEquals(json.get("ok").booleanValue() ? 0 : 1, did.code());
    assertTrue(
        json.get("findings")
            .valueStream()
            .anyMatch(f ->
                f.get("what").stringValue().equals("model")
                    && f.get("ok").booleanValue()
                    && f.get("detail").stringValue().contains("jacquard-demo")),
        json.toString());
  }

  @Test
  void chatAnswersLinesUntilExit() {
    InputStream before = System.in;
    try {
      System.setIn(
          new ByteArrayInputStream(
              "Hello\n\n/reset\nHi\n/exit\nnever\n".getBytes(StandardCharsets.UTF_8)));
      Cli did = Cli.run("chat", "--max-tokens", "3", "--temperature", "0", "--system", "Be brief.");
      assertEquals(0, did.code(), did.err());
      assertTrue(did.out().lines().count() >= 2, did.out());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aPortInUseIsRefusedWithExitCode2() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Cli did = Cli.run("serve", "--port", port);
      assertEquals(2, did.code(), did.err());
      assertTrue(did.err().contains(port) && did.err().contains("--port"), did.err());
    }
  }
}
