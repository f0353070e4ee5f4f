package dev.jacquard.engine.server;

import static dev.jacquard.engine.server.TestServer.COMPLETIONS;
import static dev.jacquard.engine.server.TestServer.wire;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.GenerationRequest;
import dev.jacquard.spi.request.SamplingParams;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// 200 clients at once, a third of which leaves at a random moment. Repeat a run by `-Djacquard.test.seed=N`.
class ManyClientsTest {
  private static final int CLIENTS = 200;
  private static final List<String> PROMPTS =
      List.of(
          "Call me Ishmael",
          "The whale",
          "A long time ago, when the old captain was young and the sea was wide and nobody knew",
          "It was",
          "One night",
          "The carpenter and the blacksmith of the ship stood on the deck and looked at");

  /// What one client asks: the answer follows from it alone.
  private record Ask(String prompt, int maxTokens, long seed, boolean greedy) {
    String body() {
      return "{\"prompt\": \"%s\", \"max_tokens\": %d, \"seed\": %d, \"temperature\": %s, \"ignore_eos\": true, \"stream\": true}"
          .formatted(prompt, maxTokens, seed, greedy ? "0" : "0.9");
    }

    GenerationRequest request() {
      return GenerationRequest.prompt(prompt)
          .sampling(
              SamplingParams.builder()
                  .maxTokens(maxTokens)
                  .seed(seed)
                  .temperature(greedy ? 0 : 0.9)
                  .ignoreEos(true)
                  .build())
          .build();
    }
  }

  @Test
  void everySurvivingAnswerIsTheOneComputedAloneAndNothingIsLeftBehind() throws Exception {
    long seed = Long.getLong("jacquard.test.seed", 20_250_917L);
    try {
      run(seed);
    } catch (AssertionError e) {
      throw new AssertionError("repeat by -Djacquard.test.seed=" + seed, e);
    }
  }

  private static void run(long seed) throws Exception {
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    SplittableRandom random = new SplittableRandom(seed);
    List<Ask> kinds = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      kinds.add(
          new Ask(
              PROMPTS.get(i % PROMPTS.size()),
              8 + random.nextInt(9),
              random.nextInt(1000),
              i % 2 == 0));
    }
    // 90 blocks for 32 sequences: some are preempted on the way
    try (TestServer server =
        TestServer.start(TestServer.small().deviceBlocks(90).build(), TestServer.CONFIG)) {
      List<String> alone = new ArrayList<>();
      for (Ask kind : kinds) {
        alone.add(server.engine.generate(kind.request()).text());
      }
      for (int round = 0; round < 2; round++) {
        int survivors = round(server, random.split(), kinds, alone);
        assertTrue(survivors > CLIENTS / 3, survivors + " answers came to their end");
        server.awaitIdle();
      }
    }
    TestServer.await("no thread is left: " + left(before), () -> left(before).isEmpty());
  }

  private static Set<String> left(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> !before.contains(t) && t.getName().startsWith("jacquard"))
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }

  private static int round(
      TestServer server, SplittableRandom random, List<Ask> kinds, List<String> alone)
      throws Exception {
    int survivors = 0;
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int kind = random.nextInt(kinds.size());
        // leave before any answer, or after some bytes of it; most stay
        int leaveAfter = random.nextInt(3) > 0 ? Integer.MAX_VALUE : random.nextInt(3000) - 500;
        results.add(
            clients.submit(() -> client(server, kinds.get(kind), alone.get(kind), leaveAfter)));
      }
      for (Future<Boolean> result : results) {
        survivors += result.get() ? 1 : 0;
      }
    }
    return survivors;
  }

  /// Whether the client stayed to the end.
  private static boolean client(TestServer server, Ask ask, String expected, int leaveAfter)
      throws Exception {
    try (Socket socket = server.raw(wire(COMPLETIONS, ask.body(), "Connection: close"))) {
      if (leaveAfter <= 0) {
        return false;
      }
      InputStream in = socket.getInputStream();
      byte[] read = in.readNBytes(leaveAfter);
      if (read.length == leaveAfter) {
        return false;
      }
      String all = new String(read, StandardCharsets.UTF_8);
      StringBuilder text = new StringBuilder();
      String finish = "";
      for (String line : all.lines().filter(l -> l.startsWith("data: {")).toList()) {
        JsonNode choice = TestServer.json(line.substring(6)).get("choices").get(0);
        text.append(choice.get("text").stringValue());
        finish = choice.get("finish_reason").stringValue(finish);
      }
      assertTrue(all.contains("data: [DONE]"), all);
      assertEquals("length", finish, all);
      assertEquals(expected, text.toString(), ask.toString());
      return true;
    }
  }
}
